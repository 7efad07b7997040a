/** Tables in Markdown. */

export const code = (text: string): string => `\`${text}\``;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** What is written down of a thing. @throws where nothing is: the document would have a hole */
export const byName = <T>(things: Readonly<Record<string, T>>, name: string, kind: string): T => {
  const found = things[name];
  if (found === undefined) throw new Error(`cli/docs does not say yet what the ${kind} ${name} means`);
  return found;
};
