/** What goes wrong on demand. */
import * as z from 'zod/mini';
import { isNamed } from './limits.ts';
import { operations } from './operations.ts';

const faultKinds = ['delay', 'hang', 'drop before', 'drop after', 'status'] as const;

/** Applies to the next calls of its path or, without one, to any sending or subscriber call. */
export interface Fault {
  /** `/fb/sending/sendFlow`, or `sendFlow` for short. */
  readonly path?: string;
  /** Whose calls; everybody's if absent. */
  readonly contact?: string;
  /** How many calls; 1 if absent. */
  readonly times?: number;
  /** Goes by before anything else is seen of the answer; the call is applied at once. */
  readonly delayMs?: number;
  /**
   * - `delay`: answers normally after `delayMs`;
   * - `hang`: applies the call, never answers;
   * - `drop before`: closes the connection without applying;
   * - `drop after`: applies it, then closes the connection without answering;
   * - `status`: answers `status` with `body`, does not apply.
   */
  readonly kind: (typeof faultKinds)[number];
  /** 500 if absent. */
  readonly status?: number;
  /** JSON; text goes out as it is. An exception if absent. */
  readonly body?: unknown;
}

const path = z
  .string('expected the path of an operation')
  .check(
    z.refine(
      (name: string) => Object.keys(operations).some((known) => isNamed(known, name)),
      'expected the path of an operation, such as /fb/sending/sendFlow',
    ),
  );
const count = z.int('expected a whole number').check(z.positive('expected a number above 0'));

/** A key that is not known is a typo, and a fault that never happens. */
const faultSchema: z.ZodMiniType<Fault> = z
  .strictObject(
    {
      path: z.exactOptional(path),
      contact: z.exactOptional(z.string('expected the id of a contact as a string')),
      times: z.exactOptional(count),
      delayMs: z.exactOptional(count),
      kind: z.enum(faultKinds, `expected one of ${faultKinds.join(', ')}`),
      status: z.exactOptional(
        z
          .int('expected a status')
          .check(z.gte(200, 'expected 200 or more'), z.lte(599, 'expected 599 or less')),
      ),
      body: z.exactOptional(z.unknown()),
    },
    'expected an object with kind and maybe path, contact, times, delayMs, status, body',
  )
  .check(
    z.refine(({ kind, delayMs }) => kind !== 'delay' || delayMs !== undefined, 'a delay expects delayMs'),
  );

export const readFault = (given: unknown) => faultSchema.safeParse(given);

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** @returns the fault of this call, which is used up by it */
  take(path: string, contact: string | undefined): Fault | undefined;
}

const isMeant = ({ path, contact }: Fault, called: string, calledFor: string | undefined): boolean =>
  (path === undefined ? /^\/fb\/(sending|subscriber)\//.test(called) : isNamed(called, path)) &&
  (contact === undefined || contact === calledFor);

export const noFaults = (): Faults => {
  let pending: readonly { readonly fault: Fault; readonly left: number }[] = [];
  return {
    add: (fault) => {
      pending = [...pending, { fault, left: fault.times ?? 1 }];
    },
    clear: () => {
      pending = [];
    },
    take: (called, calledFor) => {
      const found = pending.find(({ fault }) => isMeant(fault, called, calledFor));
      pending = pending
        .map((one) => (one === found ? { ...one, left: one.left - 1 } : one))
        .filter(({ left }) => left > 0);
      return found?.fault;
    },
  };
};
