import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blockOf, type Stage } from '../../functions/chat/block.ts';
import { channels } from '../../functions/chat/caller.ts';
import { contactId, instant } from '../../functions/domain/ids.ts';
import { newMember } from '../../functions/domain/member.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { speakerFor } from '../../functions/texts/speaker.ts';
import { type BlockReply, blockProblems } from '../support/block-rules.ts';
import { demoFile, type Reply } from '../support/house.ts';
import { allFlows } from '../support/nasty-programs.ts';

const ana = contactId.parse('1');
const now = instant.parse(Date.now());

const programWith = (change: (file: Reply) => void): Program => {
  const file = { ...demoFile(), flows: allFlows };
  change(file);
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

const stageOf = (program: Program, channel: Stage['channel'], points: number): Stage => ({
  view: {
    program,
    speaker: speakerFor(program, 'en'),
    now,
    soldOut: new Set(),
    books: { ...newMember(ana, now), status: 'active', lots: { never: points } },
  },
  channel,
  publicUrl: 'https://loyalty.local',
  callbackKey: 'a key of our own',
  contact: ana,
});

/** Texts around the limits, in characters of one to four bytes, and in ones that are made of several. */
const text = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'é', '한', '😀', '👨‍👩‍👧‍👦', 'e\u0301', '{', '$', ' ', '\n'),
      fc.integer({ min: 1, max: 400 }),
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.map(([piece, times]) => piece.repeat(times)).join(''))
  .filter((whole) => whole.trim() !== '');

describe.each(channels)('on %s', (channel) => {
  test('a text of any length and kind is within the limits, with and without a button under it', () => {
    const program = programWith(() => undefined);
    const stage = stageOf(program, channel, 0);
    fc.assert(
      fc.property(text, fc.boolean(), (said, linked) => {
        const showing = linked
          ? ({ kind: 'link', url: 'https://shop.example/x' } as const)
          : ({ kind: 'nothing' } as const);
        const block = blockOf(stage, said, showing) as BlockReply;
        expect(blockProblems(block, channel, program, [])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('any number of rewards of any name and cost are within the limits', () => {
    const name = fc
      .oneof(text, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 }))
      .filter((typed) => /\S/.test(typed));
    const rewards = fc.array(fc.record({ name, points: fc.integer({ min: 1, max: 1_000_000_000 }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        rewards,
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 9 }),
        (listed, points, page) => {
          const program = programWith((file) => {
            file.rewards = listed.map((reward, n) => ({
              id: `r${n}`,
              kind: 'manual',
              points: reward.points,
              name: { en: reward.name },
            }));
          });
          for (const showing of [{ kind: 'rewards', page } as const, { kind: 'ready' } as const]) {
            const block = blockOf(stageOf(program, channel, points), 'Here:', showing) as BlockReply;
            expect(blockProblems(block, channel, program, [])).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('on Instagram an ellipsis does not lift a text over its bytes again', () => {
  const program = programWith(() => undefined);
  const said = `${'한'.repeat(179)}é${'a'.repeat(461)}`;
  expect([said.length, Buffer.byteLength(said)]).toEqual([641, 1000]);
  const block = blockOf(stageOf(program, 'instagram', 0), said, {
    kind: 'link',
    url: 'https://shop.example/x',
  });
  expect(blockProblems(block as BlockReply, 'instagram', program, [])).toEqual([]);
});
