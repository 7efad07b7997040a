/** The gate of the laptop edition: fixed keys beside the real ones. Nothing of this may reach a Lambda bundle. */
import { role } from '../functions/domain/api-key.ts';
import { programId } from '../functions/domain/ids.ts';
import type { Gate } from '../functions/ports/gate.ts';

const form = /^local-(chat|store|admin)-([a-z0-9-]{2,32})$/;

/** `local-<role>-<program>`, for each role of a program. */
export const localKey = (of: 'chat' | 'store' | 'admin', program: string): string => `local-${of}-${program}`;

/** @param allowed false where the table is not on this machine: fixed keys would be an open door there */
export const localGate = (gate: Gate, allowed: boolean): Gate => ({
  byProgram: (id) => gate.byProgram(id),
  byKey: async (key) => {
    const [, of, program] = form.exec(key) ?? [];
    if (of === undefined || program === undefined) return gate.byKey(key);
    const open = allowed ? await gate.byProgram(programId.parse(program)) : undefined;
    return open === undefined ? undefined : { role: role.parse(of), open };
  },
});
