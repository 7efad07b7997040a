/** What `shop check` says of trouble, where a shop's own words for it are few. */
import type { CheckLine, Reason, Trouble } from '../../ports/shops.ts';

/** What is to be done, the same at any shop. */
const common: Readonly<Partial<Record<Reason, string>>> = {
  address_refused: 'the address leads to a machine that must not be called; it must be https and public',
  redirected: 'the address redirects: write the address that it leads to',
};

/** @param hints what each trouble means at this kind of shop; one without a hint is told by its name */
export const failing =
  (hints: Readonly<Partial<Record<Reason, string>>>) =>
  (what: string, { reason, detail }: Trouble): CheckLine => ({
    what,
    ok: false,
    detail: `${hints[reason] ?? common[reason] ?? reason}${detail === undefined ? '' : ` (${detail})`}`,
  });
