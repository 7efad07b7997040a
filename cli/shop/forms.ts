/** What the credentials of each kind of shop consist of, as the person who has them reads it. */
import { readSecrets } from '../../functions/adapters/shops/shopify/token.ts';
import { siteSecrets } from '../../functions/adapters/shops/site/request.ts';
import { webhookSecret } from '../../functions/adapters/shops/standard-webhooks.ts';
import { wooSecrets } from '../../functions/adapters/shops/woocommerce/calls.ts';
import type { AskedStore } from '../../functions/domain/store.ts';

export interface Entry {
  readonly key: string;
  readonly asks: string;
  readonly expected: string;
  readonly fits: (text: string) => boolean;
  /** Without it the rest still works; why it is worth having stands in `asks`. */
  readonly optional?: boolean;
}

/** One of the sets of credentials that a kind of shop takes. */
export interface Way {
  readonly entries: readonly Entry[];
  /** What is asked where the first key of this set is left empty. */
  readonly otherwise?: string;
}

const matching =
  (form: RegExp) =>
  (text: string): boolean =>
    form.test(text);
/** No key holds blanks or line breaks: those come of copying. */
const oneWord = matching(/^[\x21-\x7e]{1,500}$/);
const word = 'a text without blanks';

const entry = (key: string, asks: string, fits = oneWord, expected = word): Entry => ({
  key,
  asks,
  expected,
  fits,
});
const optional = (of: Entry): Entry => ({ ...of, optional: true });

const signing = (asks: string): Entry =>
  entry(
    'webhook_secret',
    asks,
    (text) => webhookSecret.safeParse(text).success,
    'whsec_ and at least 16 bytes in base64',
  );

const stays = 'empty: the one that is stored stays';
const pluginSigning = signing(`Secret of your plugin’s events (whsec_…; ${stays})`);

export const ways: Readonly<Record<AskedStore['kind'], readonly Way[]>> = {
  shopify: [
    {
      otherwise: 'leave it empty if the shop has a token of an older app',
      entries: [
        entry('client_id', 'Client ID (Dev Dashboard, the app’s settings)'),
        entry('client_secret', 'Client secret (it signs webhooks, too)'),
      ],
    },
    {
      entries: [
        entry('token', 'Admin API access token of the older app (shpat_…)'),
        optional(
          entry(
            'webhook_secret',
            `Its API secret key, for webhooks (${stays}; without one every webhook is refused)`,
          ),
        ),
      ],
    },
  ],
  woocommerce: [
    {
      entries: [
        entry(
          'consumer_key',
          'Consumer key (ck_…)',
          matching(/^ck_[A-Za-z0-9]{8,100}$/),
          'ck_ and letters and digits',
        ),
        entry(
          'consumer_secret',
          'Consumer secret (cs_…)',
          matching(/^cs_[A-Za-z0-9]{8,100}$/),
          'cs_ and letters and digits',
        ),
        optional(
          entry(
            'webhook_secret',
            `Secret of the webhooks (${stays}; the command hooks makes the first)`,
            matching(/^[\x20-\x7e]{8,200}$/),
            'at least 8 characters',
          ),
        ),
      ],
    },
  ],
  site: [{ entries: [{ ...signing('Secret that the site has, too (whsec_…)'), key: 'secret' }] }],
  vendure: [
    {
      otherwise: 'leave it empty if you have an API key',
      entries: [
        entry(
          'username',
          'User name of the administrator made for this',
          matching(/^\P{C}{1,200}$/u),
          'a user name',
        ),
        entry('password', 'Password', matching(/^\P{C}{1,200}$/u), 'a password'),
        optional(pluginSigning),
      ],
    },
    {
      entries: [entry('api_key', 'API key'), optional(pluginSigning)],
    },
  ],
};

/** Which keys are replaced without a gap: the one that was there before goes on being taken for webhooks. */
const replaced: Readonly<Record<AskedStore['kind'], readonly string[]>> = {
  shopify: ['client_secret', 'webhook_secret'],
  woocommerce: ['webhook_secret'],
  site: ['secret'],
  vendure: ['webhook_secret'],
};

const previousOf = (kind: AskedStore['kind']): readonly Entry[] =>
  replaced[kind].map((key) => optional(entry(`previous_${key}`, key)));

export type Credentials = Readonly<Record<string, string>>;

/** What the adapter itself will make of them. */
const adapterTakes = (kind: AskedStore['kind'], given: Credentials): boolean => {
  if (kind === 'shopify') return readSecrets(given) !== undefined;
  if (kind === 'woocommerce') return wooSecrets.safeParse(given).success;
  return kind === 'vendure' || siteSecrets.safeParse(given).success;
};

export const keysOf = ({ entries }: Way): string =>
  entries.map(({ key, optional: spare }) => (spare === true ? `${key} (optional)` : key)).join(', ');

const problemsIn = (way: Way, kind: AskedStore['kind'], given: Credentials): readonly string[] => {
  const known = [...way.entries, ...previousOf(kind)];
  const strange = Object.keys(given).filter((key) => !known.some((one) => one.key === key));
  const wrong = known.flatMap(({ key, expected, fits, optional: spare }) => {
    const text = given[key];
    if (text === undefined) return spare === true ? [] : [`${key} is missing`];
    return fits(text) ? [] : [`${key}: expected ${expected}`];
  });
  // A stray key may be a secret that stands in the wrong place: it is counted and not told.
  return strange.length === 0
    ? wrong
    : [...wrong, `${strange.length} of the keys do not belong there: expected ${keysOf(way)}`];
};

/** What is wrong with credentials, in sentences that repeat none of them; nothing where they fit. */
export const problemsOf = (kind: AskedStore['kind'], given: Credentials): readonly string[] => {
  const found = ways[kind].map((way) => problemsIn(way, kind, given));
  if (found.some((problems) => problems.length === 0))
    return adapterTakes(kind, given) ? [] : ['they have not the form that this kind of shop has'];
  // Of the ways that there are, the one that was meant has the fewest problems.
  return [...found].sort((a, b) => a.length - b.length)[0] ?? [];
};

/** The optional ones that were left out and that may be stored already. */
export const leftOut = (kind: AskedStore['kind'], given: Credentials): readonly Entry[] => {
  const way = ways[kind].find((one) => problemsIn(one, kind, given).length === 0);
  return (way?.entries ?? []).filter(
    ({ key, optional: spare }) => spare === true && given[key] === undefined,
  );
};

/** The new credentials with what they leave out and was stored: the secret that webhooks are signed with above all. */
export const withLeftOut = (
  kind: AskedStore['kind'],
  given: Credentials,
  before: Credentials,
): Credentials => {
  const kept = leftOut(kind, given).flatMap(({ key, fits }) => {
    const old = before[key];
    return old !== undefined && fits(old) ? [[key, old]] : [];
  });
  return { ...given, ...Object.fromEntries(kept) };
};

/** The new credentials with those they replace, where webhooks of both are to be taken. */
export const withPrevious = (
  kind: AskedStore['kind'],
  given: Credentials,
  before: Credentials,
): Credentials => {
  const kept = replaced[kind].flatMap((key) => {
    const old = before[key];
    const fresh = given[key];
    return old === undefined || fresh === undefined || old === fresh ? [] : [[`previous_${key}`, old]];
  });
  return { ...Object.fromEntries(kept), ...given };
};
