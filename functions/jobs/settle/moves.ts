/** E-mails that passed to the one who proved them: what the other had claimed under them follows. */
import type { EmailHash } from '../../domain/email.ts';
import type { Turn } from './run.ts';
import type { Settled } from './summary.ts';

export const settleMoves = async (_turn: Turn, _email: EmailHash): Promise<Partial<Settled>> => ({});
