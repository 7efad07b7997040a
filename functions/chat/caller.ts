/** Who is calling: the three shapes of the contract in one. */
import { type ContactId, contactId } from '../domain/ids.ts';
import { type Language, readLanguage } from '../domain/language.ts';
import { badRequest } from '../platform/http.ts';
import { given, personName } from './inputs.ts';

export const channels = ['messenger', 'instagram', 'whatsapp', 'telegram'] as const;
export type Channel = (typeof channels)[number];

type Fields = Readonly<Record<string, unknown>>;

/** A language that was said: one that we speak, or `unknown`, which is answered in the program's. */
export type Said = Language | 'unknown' | undefined;

export interface Caller {
  readonly contact: ContactId;
  readonly channel: Channel;
  /** From the request itself; wins over the stored one. */
  readonly language: Said;
  /** From ManyChat's contact data; loses against the stored one. */
  readonly contactLanguage: Said;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  /** ManyChat's opt-ins, where the contact's data say them. */
  readonly optinEmail: boolean | undefined;
  readonly optinPhone: boolean | undefined;
  /** Of the contact's clock, `+09:00`. */
  readonly utcOffset: string | undefined;
  /** Inputs of the route, explicit ones before the contact's. */
  readonly inputs: Fields;
}

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

/** Custom fields come as an object by name, or as ManyChat's getInfo gives them, as a list. */
const customFields = (value: unknown): Fields => {
  if (!Array.isArray(value)) return asFields(value) ?? {};
  return Object.fromEntries(
    value.flatMap((field) => {
      const { name, value: content } = asFields(field) ?? {};
      return typeof name === 'string' ? [[name, content]] : [];
    }),
  );
};

/** First what was given explicitly, then the same field of the contact. */
const merged = (explicit: Fields, person: Fields): Fields =>
  // Entries, not assignments: a key `__proto__` in a request stays a key like any other.
  Object.fromEntries(
    [...Object.entries(person), ...Object.entries(explicit)].filter(
      ([, value]) => given(value) !== undefined,
    ),
  );

/** The contact's data and the inputs beside it. */
const shapes = (body: Fields): { id: unknown; path: string; person: Fields; explicit: Fields } => {
  const nested = asFields(body['contact']);
  if (nested !== undefined) {
    const named = given(nested['id']) !== undefined || given(body['contact_id']) === undefined;
    const explicit = merged(body, customFields(nested['custom_fields']));
    return named
      ? { id: nested['id'], path: 'contact.id', person: nested, explicit }
      : { id: body['contact_id'], path: 'contact_id', person: nested, explicit };
  }
  if (given(body['contact_id']) !== undefined)
    return { id: body['contact_id'], path: 'contact_id', person: {}, explicit: body };
  return { id: body['id'], path: 'contact', person: body, explicit: customFields(body['custom_fields']) };
};

const usableId = (id: unknown, path: string): ContactId => {
  const parsed = contactId.safeParse(given(id));
  if (parsed.success) return parsed.data;
  const message =
    'expected a contact id: 1 to 64 of A-Z a-z 0-9 . _ : - as text; ids of 16 digits and more are not exact as numbers';
  throw badRequest([{ path, message }]);
};

const said = (...values: readonly unknown[]): Said => {
  const first = values.map(given).find((value) => value !== undefined);
  if (first === undefined) return undefined;
  return typeof first === 'string' ? (readLanguage(first) ?? 'unknown') : 'unknown';
};

/** What a call tells of the person beside its errand: where they wrote, and what ManyChat knows of them. */
export const heardOf = ({ channel, optinEmail, optinPhone, utcOffset }: Caller) => ({
  lastInboundOn: channel,
  ...(optinEmail === undefined ? {} : { optinEmail }),
  ...(optinPhone === undefined ? {} : { optinPhone }),
  ...(utcOffset === undefined ? {} : { utcOffset }),
});

/** Opt-ins come as JSON booleans, or as their words from a flow that wrote them as text. */
const flag = (value: unknown): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  const word = given(value);
  if (typeof word !== 'string' || !/^(true|false)$/i.test(word.trim())) return undefined;
  return word.trim().toLowerCase() === 'true';
};

/** ManyChat writes `UTC-07`, `UTC+05:30`, and `UTC±00` with a sign of its own. */
const offsetOf = (value: unknown): string | undefined => {
  const text = given(value);
  if (typeof text !== 'string') return undefined;
  const [, sign, hours = '', minutes = '00'] =
    /^UTC([+±−-])(0?\d|1[0-4])(?::?([0-5]\d))?$/.exec(text.trim()) ?? [];
  if (sign === undefined) return undefined;
  return `${sign === '-' || sign === '−' ? '-' : '+'}${hours.padStart(2, '0')}:${minutes}`;
};

const personal = ['email', 'first_name', 'last_name'] as const;

/** @throws Refusal 400 without a usable contact id */
export const readCaller = (body: Fields): Caller => {
  const { id, path, person, explicit } = shapes(body);
  const contact = usableId(id, path);
  const own = Object.fromEntries(personal.map((name) => [name, person[name]]));
  const inputs = merged(explicit, own);
  const channel = given(body['channel']) ?? given(explicit['channel']);
  return {
    contact,
    channel: channels.find((name) => name === channel) ?? 'messenger',
    language: said(explicit['language']),
    contactLanguage: said(person['language'], person['locale']),
    firstName: personName(inputs['first_name']),
    lastName: personName(inputs['last_name']),
    optinEmail: flag(person['optin_email']),
    optinPhone: flag(person['optin_phone']),
    utcOffset: offsetOf(person['timezone']),
    inputs,
  };
};
