/** What a proof brings beside its own order: the other claims under that e-mail, as far as the request has time for them. */
import type { EmailHash } from '../domain/email.ts';
import type { Member } from '../domain/member.ts';
import { passOn } from '../shops/moving.ts';
import type { ChatCall, ChatPorts } from './verb.ts';

/** Each of them costs a read and a transaction; the job `settle` does the others. */
const mostOrders = 20;

/** The same call with an operation of its own, for one more change. */
export const attemptOf = (
  { chance }: Pick<ChatPorts, 'chance'>,
  { scope, setting }: Pick<ChatCall, 'scope' | 'setting'>,
): Pick<ChatCall, 'scope' | 'setting'> => {
  const operation = chance.operation();
  return { scope: { ...scope, operation }, setting: { ...setting, stamp: { ...setting.stamp, operation } } };
};

/** The prover's books after as many claims as there was time for have passed on. */
export const withMoved = async (
  ports: ChatPorts,
  call: ChatCall,
  moving: EmailHash | undefined,
  books: Member,
): Promise<Member> => {
  if (moving === undefined) return books;
  const time = call.shopSignal();
  try {
    const attempt = () => attemptOf(ports, call);
    const came = await passOn(ports, moving, attempt, mostOrders, () => time.aborted);
    ports.log.event('email proven', { program: call.setting.program.id, moved: came.moved });
    return came.to === books.contact ? (came.books ?? books) : books;
  } catch (error) {
    // What was proven must be told; the rest is on the agenda.
    ports.log.fault(call.scope.operation, 'moving', error);
    return books;
  }
};
