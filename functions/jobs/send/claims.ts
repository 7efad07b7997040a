/**
 * Whose turn a contact is. A member of several programs of one account has one set of fields for all of them: one program at a time
 * writes to it, and while its flow still reads the fields, the others wait for the next run.
 */
import type { ContactId, ProgramId } from '../../domain/ids.ts';

export interface Claim {
  /** The flow was started, and reads the fields for a while. */
  keep(): void;
  /** The program is done with the contact. */
  release(): void;
}

export interface Claims {
  isTaken(program: ProgramId, contact: ContactId): boolean;
  /** Waits while another program is at it. @returns undefined where that one's flow was started in this run */
  take(program: ProgramId, contact: ContactId): Promise<Claim | undefined>;
}

export const contactClaims = (): Claims => {
  const held = new Map<ContactId, { readonly program: ProgramId; readonly kept: Promise<boolean> }>();
  return {
    isTaken: (program, contact) => (held.get(contact)?.program ?? program) !== program,
    take: async (program, contact) => {
      for (let other = held.get(contact); other !== undefined; other = held.get(contact)) {
        if (other.program === program) break;
        if (await other.kept) return undefined;
      }
      const { promise, resolve } = Promise.withResolvers<boolean>();
      held.set(contact, { program, kept: promise });
      let kept = false;
      return {
        keep: () => {
          kept = true;
        },
        release: () => {
          if (!kept) held.delete(contact);
          resolve(kept);
        },
      };
    },
  };
};
