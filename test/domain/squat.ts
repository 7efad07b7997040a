/** Steps of a stranger's and an owner's life in a world of tables, for stories and for chance. */
import { decideClaim } from '../../functions/domain/claim.ts';
import type { Email } from '../../functions/domain/email.ts';
import { type ContactId, contactId, operationId } from '../../functions/domain/ids.ts';
import { answer, emailIn } from '../../functions/domain/ledger.ts';
import { decideEnrolment, decideLeave, type Setting } from '../../functions/domain/membership.ts';
import { decideLookedAt, decideMove } from '../../functions/domain/move.ts';
import type { OrderFacts } from '../../functions/domain/order.ts';
import { decideNews } from '../../functions/domain/order-news.ts';
import type { Program } from '../../functions/domain/program.ts';
import { anaMail, factsOf, hashOf, minuteMs, noon, number, plus, settingOf, shop } from './support.ts';
import { World } from './world.ts';

export const stranger = contactId.parse('stranger-1');
export const owner = contactId.parse('owner-2');

/** A world in which time goes on with every step. */
export class Squat {
  readonly world = new World();
  private step = 0;
  /** What differs from the demo from now on. */
  program: Partial<Program> = { signupBonus: 50 };

  private next(): Setting {
    this.step += 1;
    const { stamp, ...rest } = settingOf(this.program, plus(noon, this.step * minuteMs));
    return { ...rest, stamp: { ...stamp, operation: operationId.parse(`operation-${this.step}`) } };
  }

  enroll(contact: ContactId, email: Email): string {
    const order = { contact, email, firstName: undefined, lastName: undefined, language: undefined };
    const setting = this.next();
    return this.world.run({ contact, emails: [hashOf(email)] }, (found) =>
      decideEnrolment(found, order, setting),
    ).result;
  }

  leave(contact: ContactId): void {
    const setting = this.next();
    this.world.run({ contact }, (found) => decideLeave(found, setting));
  }

  tell(told: string, over: Partial<OrderFacts> = {}): void {
    const facts = factsOf({ number: number(told), ...over });
    const setting = this.next();
    this.world.run({ orders: [{ store: shop, number: facts.number }] }, (found) =>
      decideNews(found, facts, setting),
    );
  }

  /** By number, or by the order's signed link. */
  claim(contact: ContactId, told: string, by: 'number' | 'link' = 'number'): string {
    const request = { contact, number: number(told), ...(by === 'link' ? { link: {} } : {}) };
    for (;;) {
      const setting = this.next();
      const { result } = this.world.run(
        { contact, orders: [{ store: shop, number: request.number }] },
        (found) => decideClaim(found, request, setting),
      );
      if (result !== 'proven') return result;
    }
  }

  /** Passes on what is passing on under the e-mail: so many orders at most. */
  passOn(email: Email = anaMail, most = Number.POSITIVE_INFINITY): number {
    const hash = hashOf(email);
    const look = () => this.world.run({ emails: [hash] }, (found) => answer(emailIn(found, hash)));
    let moved = 0;
    for (let record = look(); record?.moving !== undefined && moved < most; record = look()) {
      const { to, from } = record.moving;
      const [{ contact } = { contact: to }] = from;
      const lines = (this.world.entries.get(contact) ?? []).toReversed();
      for (const { seq, source } of lines) {
        if (source.kind !== 'order' || moved >= most) continue;
        const setting = this.next();
        const wanted = {
          contact: to,
          other: contact,
          emails: [hash],
          orders: [{ store: source.store, number: source.order }],
        };
        const request = {
          email: hash,
          from: contact,
          to,
          seq,
          store: source.store,
          number: source.order,
          id: source.id,
        };
        const { result } = this.world.run(wanted, (found) => decideMove(found, request, setting));
        if (result !== 'stays') moved += 1;
      }
      if (moved >= most) return moved;
      this.world.run({ emails: [hash] }, (found) => decideLookedAt(found, hash, to, contact, undefined));
    }
    return moved;
  }

  violations(): string[] {
    return [...this.world.members.keys()].flatMap((contact) =>
      this.world.violations(contactId.parse(contact)),
    );
  }

  /** Points less debt. */
  balance(contact: ContactId): number {
    return this.world.entries.get(contact)?.at(-1)?.balance ?? 0;
  }
}
