/** Colour only on a terminal: left to itself picocolors would also colour what CI keeps in a file. */
import picocolors from 'picocolors';

export const paint = picocolors.createColors(process.stdout.isTTY === true && !process.env['NO_COLOR']);
