/** Shortening: by whole characters as people see them, until a channel's measure holds. */

export type Measure = (text: string) => number;
/** UTF-16 units: never fewer than code points, so a limit in characters holds by either count. */
export const units: Measure = (text) => text.length;
export const bytes: Measure = (text) => Buffer.byteLength(text);

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The text, or as much of it as fits with an ellipsis. */
export const clip = (text: string, max: number, measure: Measure = units): string => {
  if (measure(text) <= max) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (measure(`${kept}${segment}…`) > max) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
};

/** No text that we send may hold what ManyChat would take for a placeholder. */
export const harmless = (text: string): string => text.replace(/\{(?=\{)/g, '{ ').replace(/\$(?=\{)/g, '$ ');

/** The same of every text of a reply, whatever it is made of. */
export const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return harmless(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, clean(part)]));
};
