import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Engine, launchEngine } from '../../local/engine.ts';
import { openDesk } from '../support/desk.ts';
import { commands } from './commands.ts';
import { Model } from './reference-model.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await launchEngine({ data: 'memory' });
});
afterAll(() => engine.stop());

/** A fixed number of runs; the seed is new each time and fast-check prints it with the shrunk commands on failure. */
const runs = Number(process.env['MODEL_RUNS'] ?? 300);

test(
  'the books come to what the reference model says, whatever fails, races or is repeated',
  async () => {
    let faultsMet = 0;
    const property = fc.asyncProperty(commands, async (steps) => {
      const desk = await openDesk(engine, (file) => {
        file.redeem.repeat_minutes = 0;
        file.claims.attempts_per_hour = 1_000;
        file.activities.push({ id: 'visit', points: 30 });
      });
      try {
        await fc.asyncModelRun(() => ({ model: new Model(), real: desk }), steps);
        expect((await desk.audit()).violations).toEqual([]);
        faultsMet += desk.trouble.seen.faults;
      } finally {
        await desk.close();
      }
    });
    // The runs mostly wait between tries: a few at a time cost no more.
    const lanes = Array.from({ length: 3 }, () => fc.assert(property, { numRuns: Math.ceil(runs / 3) }));
    await Promise.all(lanes);
    // A run without faults would prove little.
    expect(faultsMet).toBeGreaterThan(runs);
  },
  10 * 60_000,
);
