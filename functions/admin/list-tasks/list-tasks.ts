/** Lists the manual rewards that wait for the owner, oldest first. */
import type { Coupon } from '../../domain/coupon.ts';
import { answer } from '../../domain/ledger.ts';
import { rewardIn } from '../../domain/program.ts';
import type { Call, RoomPorts } from '../../platform/room.ts';
import { done, type PlainVerb } from '../../platform/verb.ts';

/** A task with whom it is for: the owner acts by hand and needs to know. */
const taskJson = async (task: Coupon, { scope, setting }: Call, { ledger }: RoomPorts) => {
  const { program } = setting;
  const person = await ledger.decide(scope, { contact: task.contact }, ({ contact }) => answer(contact));
  return {
    id: task.key,
    reward: task.reward,
    reward_name: rewardIn(program, task.reward)?.name[program.language] ?? task.reward,
    points: task.points,
    member_id: task.contact,
    first_name: person?.firstName ?? 'none',
    last_name: person?.lastName ?? 'none',
    emails: person?.emails ?? [],
    requested_at: new Date(task.issuedAt).toISOString(),
    status: task.state,
  };
};

export const listTasks: PlainVerb = async (call, ports) => {
  const tasks = await ports.ledger.tasks(call.scope);
  return done('ok', { tasks: await Promise.all(tasks.map((task) => taskJson(task, call, ports))) });
};
