/** A house with what tests of reminders ask of it: days that pass, runs, and what ManyChat received of one contact. */
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

export interface Sent {
  readonly path: string;
  readonly status: number;
  readonly body: Reply;
}

export interface Reminded extends House {
  /** Moves the clock on. */
  pass(advance: string): Promise<void>;
  /** Runs the job until nothing is due. */
  run(): Promise<Reply>;
  /** What ManyChat received of a contact since the last time that this was asked. */
  sent(contact: string): readonly Sent[];
}

/** As fast as ManyChat lets anybody. */
export const fast = (file: Reply): void => {
  file.manychat = { pace: { send_flow: 20, write: 10 } };
};

export const openReminded = async (): Promise<Reminded> => {
  const house = await openHouse();
  const seen = new Map<string, number>();
  const post = async (path: string, body: object): Promise<Reply> => {
    const response = await fetch(house.server.url + path, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  };
  return {
    ...house,
    pass: async (advance) => void (await post('/_local/clock', { advance })),
    run: () => post('/_local/run/remind', {}),
    sent: (contact) => {
      const all = house.manychat
        .outbox()
        .filter(({ body }) => (body as Reply)?.subscriber_id === contact)
        .map(({ path, status, body }) => ({ path: path.replace('/fb/', ''), status, body }));
      const fresh = all.slice(seen.get(contact) ?? 0);
      seen.set(contact, all.length);
      return fresh;
    },
  };
};

/** Fields of one call by name. */
export const fieldsOf = (sent: Sent | undefined): Record<string, string | number> =>
  Object.fromEntries((sent?.body.fields ?? []).map((field: Reply) => [field.field_name, field.field_value]));

let people = 0;

/** A new member of a shop. */
export const join = async (shop: Shop, more: object = {}): Promise<string> => {
  people += 1;
  const contact_id = `900${people}`;
  await shop.chat('enroll', { contact_id, email: `m${people}@example.com`, first_name: 'Ana', ...more });
  return contact_id;
};
