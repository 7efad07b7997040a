/** The ways in, and what runs by itself. */
import { type Job, jobs, rooms, routes } from '../../functions/routes.ts';
import { code, tableOf } from './table.ts';

/** Every way in, as a table for the README. */
export const routeTable = (): string =>
  tableOf(
    ['route', 'key', 'as a block', 'what it does'],
    routes.map(({ method, path, room, by, block, does }) => [
      code(`${method} ${path}`),
      by === 'signature' ? 'the shop’s signature' : rooms[room].role,
      block ? code(`${path}/block`) : '',
      does,
    ]),
  );

const minutesOfADay = 1440;

const startedBy = ({ trigger }: Job): string => {
  switch (trigger.kind) {
    case 'schedule':
      if (trigger.everyMinutes === 1) return 'every minute';
      return trigger.everyMinutes === minutesOfADay ? 'once a day' : `every ${trigger.everyMinutes} minutes`;
    case 'queue':
      return 'the queue of nudges, one message at a time for each ManyChat account';
    case 'stream':
      return 'the table’s stream';
  }
};

/** What runs by itself, as a table for the README. */
export const jobTable = (): string =>
  tableOf(
    ['job', 'started by', 'what it does', 'if it fails'],
    Object.entries(jobs).map(([name, job]) => [code(name), startedBy(job), job.does, job.breaks]),
  );
