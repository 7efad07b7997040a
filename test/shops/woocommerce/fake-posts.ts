/** What the fake shop's parts share: one clock, one zone, one row of ids, as WordPress has for all of its posts. */
import { TZDate } from '@date-fns/tz';

export interface Meta {
  readonly key: string;
  readonly value: unknown;
}

export interface World {
  readonly zone: string;
  readonly currency: string;
  /** What comes first of what changed in one second: `by id` now, left open by older versions. */
  readonly ties: 'by id' | 'unsettled';
  readonly nowMs: () => number;
  readonly nextId: () => number;
}

/** An answer of the shop's. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message, data: { status } },
});

/** WordPress keeps seconds. */
export const toSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** As REST writes times: UTC without a zone. */
export const gmt = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().slice(0, 19);

/** The same on the shop's own clock. */
export const local = (ms: number | null, zone: string): string | null => {
  if (ms === null) return null;
  const at = new TZDate(ms, zone);
  return gmt(
    Date.UTC(at.getFullYear(), at.getMonth(), at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()),
  );
};

const localMs = (text: string, zone: string): number | null => {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2}))?/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return new TZDate(year, month - 1, day, hours, minutes, seconds, zone).getTime();
};

/** `Z` or an offset right after the seconds is heeded; anything else, fractions too, is the shop's own time; a bare date is its midnight. */
export const readDate = (value: unknown, zone: string): number | null => {
  if (typeof value !== 'string' || value === '') return null;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/.test(value)
    ? Date.parse(value)
    : localMs(value, zone);
};

type Wanted = Map<string, Wanted>;

const wantedOf = (fields: string): Wanted => {
  const root: Wanted = new Map();
  for (const field of fields.split(',')) {
    let at = root;
    for (const part of field.trim().split('.')) {
      const below: Wanted = at.get(part) ?? new Map();
      at.set(part, below);
      at = below;
    }
  }
  return root;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const only = (value: unknown, wanted: Wanted): unknown => {
  if (wanted.size === 0) return value;
  // Fields of what stands in a list cannot be named: nothing is left of it.
  if (Array.isArray(value)) return [];
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const below = wanted.get(key);
      return below === undefined ? [] : [[key, only(inner, below)]];
    }),
  );
};

/** `_fields`: names, with dots into objects. */
export const withFields = (body: unknown, fields: string | null): unknown => {
  if (fields === null || fields === '') return body;
  const wanted = wantedOf(fields);
  return Array.isArray(body) ? body.map((row) => only(row, wanted)) : only(body, wanted);
};

/** A page of a list with the headers that count it. */
export const paged = <T>(rows: readonly T[], query: URLSearchParams, show: (row: T) => unknown): Answer => {
  const size = Number(query.get('per_page') ?? 10);
  if (!(size >= 1 && size <= 100))
    return failure(400, 'rest_invalid_param', 'Invalid parameter(s): per_page');
  const page = Number(query.get('page') ?? 1);
  const pages = Math.ceil(rows.length / size);
  return {
    status: 200,
    body: rows.slice((page - 1) * size, page * size).map(show),
    headers: { 'x-wp-total': String(rows.length), 'x-wp-totalpages': String(pages) },
  };
};
