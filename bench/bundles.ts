/** What Lambda loads at a cold start: how large each function's bundle is, and how long it takes a fresh process to load it. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { jobs, rooms } from '../functions/routes.ts';
import { bundle } from '../infra/bundling.ts';
import { bundleBytes, initRatio } from './budgets.ts';
import { grouped, type Measurement, median, type Outcome, table } from './measurement.ts';

interface Built {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

/** Milliseconds of one fresh process. */
const taken = z.object({ init: z.number(), answer: z.optional(z.number()) });
type Taken = z.infer<typeof taken>;

/**
 * Loads a bundle as Lambda does, then calls its handler once, with a key that needs no look at the table: the first request makes
 * client, log and pipeline. A job's first event would ask AWS, so jobs are loaded only. The handler's log goes to standard output,
 * the times to a channel of their own.
 */
const probe = `
  import { writeSync } from 'node:fs';
  const startedAt = performance.now();
  const { handler } = await import(process.argv[1]);
  const loadedAt = performance.now();
  const path = '/v1/health';
  const requestContext = { requestId: 'probe', timeEpoch: Date.now(), domainName: 'probe', http: { method: 'GET', path } };
  const event = { routeKey: process.argv[2], rawPath: path, headers: { 'x-api-key': 'none' }, requestContext, body: '{}' };
  const asked = handler !== undefined && process.argv[2] !== '';
  if (asked) await handler(event, {});
  const answered = !asked ? {} : { answer: performance.now() - startedAt };
  writeSync(3, JSON.stringify({ init: loadedAt - startedAt, ...answered }));
`;

const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'probe',
  AWS_SECRET_ACCESS_KEY: 'probe',
  AWS_SESSION_TOKEN: 'probe',
  TABLE_NAME: 'probe',
};

const routeOf: Readonly<Record<string, string>> = {
  chat: 'POST /v1/balance',
  shop: 'POST /v1/store/orders',
  admin: 'GET /v1/admin/tasks',
  front: 'GET /v1/health',
};

const load = ({ name, file }: Built): Taken => {
  const args = ['--input-type=module', '-e', probe, file, routeOf[name] ?? ''];
  const { status, output, stderr } = spawnSync(process.execPath, args, {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${name} could not be loaded: ${stderr}`);
  return taken.parse(JSON.parse(output[3] ?? ''));
};

const baseline = 'DynamoDB client only';
const empty = 'empty module';

const build = async (folder: string): Promise<Built[]> => {
  const outfile = (name: string) => join(folder, `${name.replaceAll(/[ :]+/g, '-')}.mjs`);
  const made = async (name: string, entry: string): Promise<Built> => {
    const file = outfile(name);
    return { name, file, bytes: (await bundle(entry, file)).bytes };
  };
  await writeFile(outfile(empty), '');
  return [
    { name: empty, file: outfile(empty), bytes: 0 },
    await made(baseline, 'bench/client-only.ts'),
    ...(await Promise.all(Object.keys(rooms).map((name) => made(name, `functions/${name}/main.ts`)))),
    await made('beside it: shops', 'functions/shops/main.ts'),
    ...(await Promise.all(
      Object.keys(jobs).map((name) => made(`job: ${name}`, `functions/jobs/${name}/main.ts`)),
    )),
  ];
};

/** Every round loads each bundle once, beginning with another one, so that what else the machine does meets them all. */
const measure = (builts: readonly Built[], rounds: number): Map<string, Taken[]> => {
  const times = new Map<string, Taken[]>(builts.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const from = round % builts.length;
    for (const built of [...builts.slice(from), ...builts.slice(0, from)])
      times.get(built.name)?.push(load(built));
  }
  return times;
};

const ms = (value: number): string => value.toFixed(1);

/** The median of each round's own ratio. */
const ratioOf = (own: readonly number[], theirs: readonly number[]): number =>
  median(own.map((value, round) => value / (theirs[round] ?? Number.NaN)));

export const bundles: Measurement = {
  name: 'bundles',
  about: 'size of each function’s bundle, and how long a fresh process takes to load it',
  run: async ({ quick, say }): Promise<Outcome> => {
    const folder = await mkdtemp(join(tmpdir(), 'loyalty-bench-'));
    try {
      say('building');
      const builts = await build(folder);
      const rounds = quick ? 5 : 25;
      say(`${rounds} rounds of loading`);
      const times = measure(builts, rounds);
      const inits = (name: string) => (times.get(name) ?? []).map(({ init }) => init);
      const answers = (name: string) => (times.get(name) ?? []).flatMap(({ answer = [] }) => answer);
      const reports = builts.map(({ name, bytes }) => ({
        name,
        bytes,
        init: median(inits(name)),
        ratio: ratioOf(inits(name), inits(baseline)),
        answer: answers(name).length === 0 ? undefined : median(answers(name)),
      }));
      return {
        lines: table(
          ['bundle', 'bytes', 'init ms', 'of the client’s', 'first answer ms'],
          reports.map(({ name, bytes, init, ratio, answer }) => [
            name,
            grouped(bytes),
            ms(init),
            ratio.toFixed(2),
            answer === undefined ? '' : ms(answer),
          ]),
        ),
        broken: reports.flatMap(({ name, bytes, ratio }) => [
          ...(bytes > bundleBytes
            ? [`bundle size: ${name} has ${grouped(bytes)} bytes, at most ${grouped(bundleBytes)}`]
            : []),
          ...(ratio > initRatio
            ? [`init time: ${name} takes ${ratio.toFixed(2)} times the client’s, at most ${initRatio}`]
            : []),
        ]),
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
