/** `npm start`: the product on a laptop, with a story to read and routes to try. */
import { type Log, told } from '../functions/platform/log.ts';
import { type Edition, startEdition } from './edition.ts';
import { isLoopback } from './engine.ts';
import { localKey } from './gate.ts';
import { paint as pc } from './paint.ts';
import { BrokenProgram, type CheckedProgram, loadProgram } from './program-files.ts';
import { tellStory } from './story.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** Requests pass in silence; faults are told, by name and place only. */
const log: Log = {
  request: () => undefined,
  // What a whole run came to is told by its own answer; what happened to a single member only here.
  event: (name, facts) =>
    name === 'reminders' ? undefined : complain(JSON.stringify({ event: name, ...facts })),
  oldestDue: () => undefined,
  fault: (requestId, route, error) =>
    complain(JSON.stringify({ level: 'ERROR', requestId, route, error: told(error) })),
};

const defaultPort = 8787;

const portOf = (text: string | undefined): number => {
  const port = text === undefined || text === '' ? defaultPort : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('PORT: expected a number from 0 to 65535; 0 picks a free one');
  return port;
};

const baseOf = (text: string | undefined): string | undefined => {
  if (text === undefined || text === '') return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Error('MANYCHAT_API_BASE: expected an address such as https://api.manychat.com');
  return text.replace(/\/+$/, '');
};

const loadPrograms = async (): Promise<CheckedProgram[]> => {
  const paths = (process.env['LOYALTY_PROGRAM'] || 'programs/demo.yaml')
    .split(',')
    .map((path) => path.trim());
  const programs = await Promise.all(paths.map(loadProgram));
  const ids = programs.map(({ program }) => program.id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) throw new Error(`LOYALTY_PROGRAM: two files are of the program ${twice}`);
  return programs;
};

const introduce = (
  { server, engine, manychat }: Edition,
  programs: readonly CheckedProgram[],
  data: string,
): void => {
  print(`listening on ${server.url}`);
  print(pc.dim(`engine ${engine.name} at ${engine.endpoint}, data in ${data}`));
  print(pc.dim(`ManyChat ${manychat.double === undefined ? '' : 'double '}at ${manychat.base}`));
  if (!isLoopback(engine.endpoint)) {
    print(
      pc.dim(
        'The table is not on this machine: local keys are refused. Make keys with npm run loyalty -- key create.',
      ),
    );
    return;
  }
  for (const { program } of programs) {
    const keys = (['chat', 'store', 'admin'] as const).map((role) => localKey(role, program.id));
    print(pc.dim(`program ${program.id}: keys ${keys.join(', ')}`));
  }
};

const invite = (url: string, { program }: CheckedProgram): void => {
  print(pc.bold('\nTry it:'));
  print(
    `  curl -s ${url}/v1/enroll -H 'X-Api-Key: ${localKey('chat', program.id)}' -H 'Content-Type: application/json' ` +
      `-d '{"contact_id":"1001","email":"you@example.com"}'`,
  );
  print(pc.dim('\nCtrl-C ends server and engine.'));
};

/** As long as a chat call may take: who waits gets an answer of ours. */
const graceMs = 8_000;

/** A dead engine is said at once; who is waiting still gets an answer, then we end as failed. */
const watch = async ({ engine, server }: Edition): Promise<void> => {
  const { code, log: tail } = await engine.died;
  complain(
    pc.red(
      `The database engine ended by itself (exit code ${code ?? 'none'}). Nothing can be stored; start again with npm start.`,
    ),
  );
  if (tail !== '') complain(tail);
  await server.close(graceMs);
  process.exit(1);
};

const endWhenTold = (edition: Edition): void => {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    edition.stop().then(
      () => process.exit(0),
      (error) => {
        complain(JSON.stringify(told(error)));
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
};

const run = async (): Promise<void> => {
  const data = process.env['LOYALTY_DATA'] || '.loyalty';
  const programs = await loadPrograms();
  const edition = await startEdition({
    data,
    port: portOf(process.env['PORT']),
    programs,
    log,
    manychatBase: baseOf(process.env['MANYCHAT_API_BASE']),
    manychatToken: process.env['MANYCHAT_TOKEN'],
  });
  void watch(edition);
  endWhenTold(edition);
  introduce(edition, programs, data);
  edition.jobs.begin();
  const [first] = programs;
  if (first === undefined) return;
  const { url } = edition.server;
  // Story and example call with local keys.
  if (!isLoopback(edition.engine.endpoint)) return;
  if (process.env['LOYALTY_STORY'] !== 'off') {
    const pauseMs = process.stdout.isTTY ? 350 : 0;
    // A story that cannot be told is no reason to serve nothing.
    const showsOutbox = edition.manychat.double !== undefined;
    await tellStory({ url, program: first.program, showsOutbox, say: print, paint: pc, pauseMs }).catch(
      (error) => complain(`the story broke off: ${JSON.stringify(told(error))}`),
    );
  }
  invite(url, first);
};

/** What the person who starts can mend is told in a sentence; everything else with its place. */
run().catch((error) => {
  const readable = error instanceof BrokenProgram || error instanceof Error;
  complain(pc.red(readable ? error.message : JSON.stringify(told(error))));
  process.exit(1);
});
