/** How large DynamoDB takes an item to be: names and values, by its documented rule. */

const text = (value: string): number => Buffer.byteLength(value);

/** Two digits to a byte and one more, leading and trailing zeros left out. */
const number = (value: number): number => {
  const digits = String(Math.abs(value))
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
};

/** A list or a map has 3 bytes of its own, and 1 for each thing in it. */
const valueBytes = (value: unknown): number => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return 3 + value.reduce((sum: number, one) => sum + 1 + valueBytes(one), 0);
  if (typeof value === 'object' && value !== null) return 3 + Object.keys(value).length + itemBytes(value);
  return 1;
};

export const itemBytes = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + text(name) + valueBytes(value), 0);
