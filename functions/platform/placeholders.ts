/** A value that still is `{{...}}` or `${{...}}` counts as missing: whoever should have filled it in had nothing to put there. */
const isPlaceholder = (value: unknown): boolean =>
  typeof value === 'string' && /^\s*\$?\{\{[\s\S]*\}\}\s*$/.test(value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No body that we read is deeper than `orders[0].items[0].sku`; a sender may go a hundred thousand levels down, our stack may not. */
const deepest = 8;

const bare = (value: unknown, depth: number): unknown => {
  if (depth > deepest) return value;
  if (Array.isArray(value)) return value.map((part) => bare(part, depth + 1));
  return isObject(value) ? members(value, depth) : value;
};

const members = (body: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => !isPlaceholder(value))
      .map(([name, value]) => [name, bare(value, depth + 1)]),
  );

/** A body without the members that are placeholders, as deep as bodies are read. */
export const withoutPlaceholders = (
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => members(body, 0);
