import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { trialsFor } from '../../cli/shop/trial.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { programAdvice } from '../../functions/domain/program-advice.ts';
import { isAsked } from '../../functions/domain/store.ts';
import { systemChance, systemClock } from '../../functions/wiring.ts';

const folder = 'programs/examples';
const read = (text: string) => {
  const result = readProgram(parse(text));
  if (result.kind === 'broken') throw new Error(JSON.stringify(result.problems));
  return result.program;
};

describe.each(readdirSync(folder))('the program %s', (name) => {
  const program = read(readFileSync(join(folder, name), 'utf8'));

  test('can be put in force as it is, and is what is meant', () => {
    expect(programAdvice(program)).toEqual([]);
  });

  test('has shops that can be asked, and a reward that one of them makes', () => {
    const trials = program.stores
      .filter(isAsked)
      .filter(({ makesCoupons }) => makesCoupons)
      .flatMap((store) => trialsFor(program, store, systemClock.now(), systemChance));
    expect(trials.length).toBeGreaterThan(0);
    for (const { of } of trials) expect(of).toMatch(/^reward /);
  });
});

describe('the guide to shops', () => {
  test('shows stores as programs have them', () => {
    const guide = readFileSync('docs/shops.md', 'utf8');
    const [, stores = ''] = /^```yaml\n(stores:\n[\s\S]*?)^```$/m.exec(guide) ?? [];
    const [, earn = ''] = /^```yaml\n(earn:[\s\S]*?)^```$/m.exec(guide) ?? [];
    const example = parse(readFileSync(join(folder, 'shopify.yaml'), 'utf8'));
    expect(stores).not.toBe('');
    expect(earn).not.toBe('');
    const result = readProgram({ ...example, ...parse(stores), ...parse(earn) });
    expect(result.kind === 'broken' ? result.problems : []).toEqual([]);
  });
});
