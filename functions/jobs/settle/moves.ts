/** E-mails that passed to the one who proved them: what the other had claimed under them follows. */
import type { EmailHash } from '../../domain/email.ts';
import { passOn } from '../../shops/moving.ts';
import type { Turn } from './run.ts';
import type { Settled } from './summary.ts';

/** Orders of one e-mail in one run; a squatter of thousands does not hold up the others. */
const mostOrders = 500;

/** Goes on with the claims under one e-mail. What is left stays due. */
export const settleMoves = async (turn: Turn, email: EmailHash): Promise<Partial<Settled>> => {
  const { moved, to, done } = await passOn(
    turn,
    email,
    () => turn.attempt(),
    mostOrders,
    () => turn.over(),
  );
  // The prover's points grew without a chat.
  if (moved > 0 && to !== undefined)
    await turn.agenda.askMirror(turn.open.program.id, to, turn.now(), turn.attempt().scope.signal);
  return { moved, ...(done ? {} : { open: 1 }) };
};
