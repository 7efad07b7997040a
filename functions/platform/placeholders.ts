/** A value that still is `{{...}}` or `${{...}}` counts as missing: whoever should have filled it in had nothing to put there. */
const isPlaceholder = (value: unknown): boolean =>
  typeof value === 'string' && /^\s*\$?\{\{[\s\S]*\}\}\s*$/.test(value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare);
  return isObject(value) ? withoutPlaceholders(value) : value;
};

/** A body without the members that are placeholders, at any depth. */
export const withoutPlaceholders = (
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => !isPlaceholder(value))
      .map(([name, value]) => [name, bare(value)]),
  );
