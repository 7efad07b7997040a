/** The types of custom fields, and which JSON values they take. */
import * as z from 'zod/mini';

export const fieldTypes = ['text', 'number', 'date', 'datetime', 'boolean'] as const;
export type FieldType = (typeof fieldTypes)[number];
export type FieldValue = string | number | boolean;

interface Kind {
  readonly value: z.ZodMiniType<FieldValue>;
  readonly expected: string;
}

const kinds: Readonly<Record<FieldType, Kind>> = {
  text: { value: z.string().check(z.minLength(1)), expected: 'a JSON string that is not empty' },
  number: { value: z.number(), expected: 'a JSON number' },
  boolean: { value: z.boolean(), expected: 'true or false' },
  date: { value: z.iso.date(), expected: 'a date such as 2026-12-01' },
  datetime: {
    // The offset is written out: ManyChat documents no Z and no fractions of a second.
    value: z.iso.datetime({ offset: true, precision: 0 }).check(z.regex(/[+-]\d\d:\d\d$/)),
    expected: 'a date and time such as 2026-12-01T09:00:00+03:00',
  },
};

/** @returns undefined where the field cannot hold the value */
export const readValue = (type: FieldType, value: unknown): FieldValue | undefined => {
  const read = kinds[type].value.safeParse(value);
  return read.success ? read.data : undefined;
};

export const expectedOf = (type: FieldType): string => kinds[type].expected;
