import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openScene, type Scene } from '../support/bad-requests.ts';
import { badValue, jsonOf, markersIn, pathsIn, withValue } from '../support/bad-values.ts';
import { anew, shapesOf, stranger, type Target, takesBody, targets } from '../support/every-route.ts';
import { contentOf } from '../support/table-watch.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.house.stop());

const named = targets.filter(takesBody).map((target): [string, Target] => [target.path, target]);

describe('whatever is sent', () => {
  /** Some values replaced, a key of JavaScript's own added, in any shape, by a member or a stranger. */
  const spoiled = (target: Target) =>
    fc
      .record({
        shape: fc.constantFrom(...shapesOf(target)),
        edits: fc.array(fc.record({ at: fc.nat(), value: badValue }), { minLength: 1, maxLength: 3 }),
        poison: fc.constantFrom('', '__proto__', 'constructor', 'prototype', 'toString', 'then'),
        known: fc.boolean(),
      })
      .map(({ shape, edits, poison, known }) => {
        let body: unknown = known ? shape : JSON.parse(JSON.stringify(shape).replaceAll('ana-1', stranger));
        for (const { at, value } of edits) {
          const paths = pathsIn(body);
          const path = paths[at % Math.max(1, paths.length)];
          if (path !== undefined) body = withValue(body, path, value);
        }
        const text = anew(jsonOf(body));
        const poisoned =
          poison === '' ? text : text.replace(/^\{/, `{${JSON.stringify(poison)}:{"reward":"tea-towel"},`);
        return { text: poisoned.replace(/,\}$/, '}'), typed: edits.flatMap(({ value }) => markersIn(value)) };
      });

  test.each(named)(
    'to %s never breaks it, and what is refused leaves the table as it was',
    async (_, target) => {
      const refused: string[] = [];
      await fc.assert(
        fc.asyncProperty(spoiled(target), async ({ text, typed }) => {
          const { status } = await scene.ask(target, text, typed);
          if (status === 400) refused.push(text);
        }),
        { numRuns: 60 },
      );
      // No write was heard; that none was made is seen once for all of them, in the whole table.
      const before = await contentOf(scene.house.table);
      for (const text of refused) expect((await scene.ask(target, text)).status).toBe(400);
      expect(await contentOf(scene.house.table)).toBe(before);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  test('leaves the books right', async () => {
    expect(await scene.house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});
