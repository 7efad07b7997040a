/** The use cases over a table of their own, without HTTP: for many short runs with faults and races. */
import { randomUUID } from 'node:crypto';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { type AuditReport, auditTable } from '../../functions/adapters/dynamodb/audit.ts';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { readCaller } from '../../functions/chat/caller.ts';
import { claimOrder } from '../../functions/chat/claim-order/claim-order.ts';
import { credit } from '../../functions/chat/credit/credit.ts';
import { enroll } from '../../functions/chat/enroll/enroll.ts';
import { leave } from '../../functions/chat/leave/leave.ts';
import { redeem } from '../../functions/chat/redeem/redeem.ts';
import type { ChatCall, Outcome, Verb } from '../../functions/chat/verb.ts';
import { verifyOrder } from '../../functions/chat/verify-order/verify-order.ts';
import { decideClaim } from '../../functions/domain/claim.ts';
import type { Contact } from '../../functions/domain/contact.ts';
import { decideAdjustment } from '../../functions/domain/correction.ts';
import { decideRelease, decideUse } from '../../functions/domain/coupon-use.ts';
import { type EmailHash, hashEmail, normalizeEmail } from '../../functions/domain/email.ts';
import {
  contactId,
  instant,
  normalizeCouponCode,
  normalizeOrderNumber,
  operationId,
  storeId,
} from '../../functions/domain/ids.ts';
import { answer } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import type { Setting } from '../../functions/domain/membership.ts';
import type { OrderFacts, OrderStatus } from '../../functions/domain/order.ts';
import { lastDayOf, signLink } from '../../functions/domain/order-link.ts';
import { decideNews } from '../../functions/domain/order-news.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { decideUndo } from '../../functions/domain/undo.ts';
import type { OrderAnswer } from '../../functions/domain/verify.ts';
import type { Log } from '../../functions/platform/log.ts';
import type { Ledger, Scope } from '../../functions/ports/ledger.ts';
import { systemChance } from '../../functions/wiring.ts';
import { createTable } from '../../local/create-table.ts';
import type { Engine } from '../../local/engine.ts';
import { noShops } from '../../local/no-shops.ts';
import { type Trouble, troubled } from './faults.ts';
import { demoFile } from './house.ts';

const emailKey = 'a key of the tests';
const linkKey = 'a key of the links';
/** One for all news, so that the same news are the same. */
const placedAt = instant.parse(Date.now() - 1000);
const deadlineMs = 20_000;

export interface NewsOf {
  readonly total?: number;
  readonly refunded?: number;
  readonly status?: OrderStatus;
}

export interface Desk {
  readonly program: Program;
  readonly ledger: Ledger;
  readonly trouble: Trouble;
  readonly table: Table;
  enroll(contact: string, email: string): Promise<Outcome<unknown>>;
  leave(contact: string): Promise<Outcome<unknown>>;
  verify(contact: string, order: string): Promise<Outcome<{ order_points: number }>>;
  claim(contact: string, order: string): Promise<Outcome<{ order_points: number }>>;
  credit(contact: string, activity: string, key?: string): Promise<Outcome<unknown>>;
  redeem(contact: string, reward: string, request?: string): Promise<Outcome<{ coupon_code: string }>>;
  /** Tells news of an order; sums in cents. */
  push(order: string, email: string, news?: NewsOf): Promise<string>;
  use(code: string, order: string): Promise<string>;
  release(code: string, order: string): Promise<string>;
  cancel(code: string): Promise<string>;
  adjust(contact: string, points: number, key: string): Promise<string>;
  /** Comes by the signed link of an order, as far as its first step: the proof. @returns the e-mail whose claims pass on */
  prove(contact: string, order: string): Promise<EmailHash | undefined>;
  /** Comes by the signed link of an order. */
  claimByLink(contact: string, order: string): Promise<Outcome<{ order_points: number }>>;
  /** What the next change is decided and written under. */
  attempt(): { readonly scope: Scope; readonly setting: Setting };
  touch(person: Contact, language: 'en' | 'ko' | 'tr'): Promise<void>;
  look(contact: string): Promise<{ member: Member | undefined; contact: Contact | undefined }>;
  audit(): Promise<AuditReport>;
  close(): Promise<void>;
}

const demo = (change: (file: ReturnType<typeof demoFile>) => void): Program => {
  const file = demoFile();
  change(file);
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

const silentLog: Log = {
  request: () => undefined,
  fault: () => undefined,
  event: () => undefined,
  oldestDue: () => undefined,
};

/** The use cases over a fresh table of the engine. @param change what differs from the demo program */
export const openDesk = async (
  engine: Engine,
  change: (file: ReturnType<typeof demoFile>) => void = () => undefined,
): Promise<Desk> => {
  const program = demo(change);
  const table = openTable(`desk-${randomUUID()}`, engine.endpoint);
  await createTable(table.client, table.name);
  const trouble = troubled(table);
  const ledger = dynamoLedger(table, systemChance);
  const ports = { ledger, chance: systemChance, shops: noShops, log: silentLog };
  const setting = (): Setting => ({
    program,
    emailKey,
    stamp: { operation: operationId.parse(randomUUID()), now: instant.parse(Date.now()), programVersion: 1 },
  });
  const scopeOf = ({ stamp }: Setting): Scope => ({
    program: program.id,
    operation: stamp.operation,
    signal: AbortSignal.timeout(deadlineMs),
  });
  const run = async <I, E extends object>(
    verb: Verb<I, E>,
    contact: string,
    inputs: z.infer<typeof verb.inputs>,
  ): Promise<Outcome<E>> => {
    const own = setting();
    const caller = readCaller({ contact_id: contact, ...inputs });
    const call: ChatCall = {
      caller,
      setting: own,
      scope: scopeOf(own),
      token: undefined,
      linkKey,
      shopSignal: () => AbortSignal.timeout(deadlineMs),
    };
    return verb.run(ports)(call, verb.inputs.parse(inputs));
  };
  const decide = async <A>(
    wanted: Parameters<Ledger['decide']>[1],
    judge: (
      found: Parameters<typeof decideUndo>[0],
      own: Setting,
    ) => ReturnType<Parameters<typeof ledger.decide<A>>[2]>,
  ) => {
    const own = setting();
    return ledger.decide<A>(scopeOf(own), wanted, (found) => judge(found, own));
  };
  const coupon = (code: string) => {
    const key = normalizeCouponCode(code);
    return { coupons: key === undefined ? [] : [key] };
  };
  const number = (text: string) => {
    const read = normalizeOrderNumber(text);
    if (read === undefined) throw new Error(`no order number: ${text}`);
    return read;
  };
  const facts = (
    order: string,
    email: string,
    { total = 6000, refunded = 0, status = 'paid' }: NewsOf,
  ): OrderFacts => {
    const address = normalizeEmail(email);
    if (address === undefined) throw new Error(`no e-mail: ${email}`);
    return {
      store: storeId.parse('shop'),
      number: number(order),
      email: hashEmail(address, emailKey),
      totalMinor: total,
      refundedMinor: refunded,
      currency: program.currency,
      status,
      placedAt,
      test: false,
    };
  };
  return {
    program,
    ledger,
    trouble,
    table,
    enroll: (contact, email) => run(enroll, contact, { email }),
    leave: (contact) => run(leave, contact, {}),
    verify: (contact, order) => run(verifyOrder, contact, { order_number: order, store: undefined }),
    claim: (contact, order) => run(claimOrder, contact, { order_number: order, store: undefined }),
    credit: (contact, activity, key) => run(credit, contact, { activity, key }),
    redeem: (contact, reward, request) => run(redeem, contact, { reward, request_id: request }),
    push: async (order, email, news = {}) => {
      const told = facts(order, email, news);
      const given = await decide<{ result: string }>(
        { orders: [{ store: told.store, number: told.number }] },
        (found, own) => decideNews(found, told, own),
      );
      return given.result;
    },
    use: async (code, order) =>
      (await decide<{ result: string }>(coupon(code), (found, own) => decideUse(found, number(order), own)))
        .result,
    release: async (code, order) =>
      (
        await decide<{ result: string }>(coupon(code), (found, own) =>
          decideRelease(found, number(order), own),
        )
      ).result,
    cancel: async (code) =>
      (
        await decide<{ result: string }>(coupon(code), (found, own) =>
          decideUndo(found, 'issued', 'a test', own),
        )
      ).result,
    adjust: async (contact, points, key) => {
      const id = contactId.parse(contact);
      const wanted = { contact: id, key: { contact: id, verb: 'adjust' as const, key } };
      const adjustment = { contact: id, points, reason: 'a test', allowDebt: true, key };
      return (
        await decide<{ result: string }>(wanted, (found, own) => decideAdjustment(found, adjustment, own))
      ).result;
    },
    prove: async (contact, order) => {
      const id = contactId.parse(contact);
      const [store, told] = [storeId.parse('shop'), number(order)];
      const wanted = { contact: id, orders: [{ store, number: told }] };
      const given = await decide<OrderAnswer>(wanted, (found, own) =>
        decideClaim(found, { contact: id, number: told, link: {} }, own),
      );
      return given.moving;
    },
    claimByLink: (contact, order) => {
      const lastDay = lastDayOf(setting().stamp.now, program.zone);
      const link = {
        purpose: 'claim',
        lastDay,
        store: storeId.parse('shop'),
        number: number(order),
      } as const;
      const order_number = signLink(link, program.id, linkKey);
      return run(claimOrder, contact, { order_number, store: undefined });
    },
    attempt: () => {
      const own = setting();
      return { scope: scopeOf(own), setting: own };
    },
    touch: async (person, language) => {
      const own = setting();
      await ledger.amend(scopeOf(own), person, (now) =>
        now.language === language && now.lastInboundAt === own.stamp.now
          ? undefined
          : {
              contact: now.contact,
              set: { lastInboundAt: own.stamp.now, language },
              guard: ['lastInboundAt'],
            },
      );
    },
    look: (contact) =>
      decide({ contact: contactId.parse(contact) }, ({ member, contact: person }) =>
        answer({ member, contact: person }),
      ),
    audit: () => auditTable(table, AbortSignal.timeout(60_000)),
    close: async () => {
      trouble.plan([]);
      await table.client.send(new DeleteTableCommand({ TableName: table.name }));
      table.client.destroy();
    },
  };
};
