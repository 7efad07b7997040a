import * as z from 'zod/mini';

const cursor = 'expected the next_cursor of an earlier answer';
/** An empty cursor is the first page, as none is. */
export const query = z.object({
  cursor: z.optional(z.string(cursor).check(z.regex(/^([1-9]\d{0,9})?$/, cursor))),
});
