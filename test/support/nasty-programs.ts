/** Programs that stretch every limit of a channel; in all of them the tour reaches every outcome. */

import { argsOf, type TextKey } from '../../functions/texts/args.ts';
import { en } from '../../functions/texts/en.ts';
import type { Reply } from './house.ts';
import { tourProgram } from './tour.ts';

export const allFlows = {
  redeem: 'content20260101000000_000001',
  rewards: 'content20260101000000_000002',
  balance: 'content20260101000000_000003',
  claim: 'content20260101000000_000004',
};

const inAll = (name: string) => ({ en: name, ko: name, tr: name });

/** So many more rewards, most of them affordable. */
const crowd = (file: Reply, count: number, name: (n: number) => object): void => {
  for (let n = 0; n < count; n += 1)
    file.rewards.push({
      id: `extra-${n}`,
      kind: 'free_shipping',
      name: name(n),
      points: n + 1,
      url: `https://shop.example/${'p'.repeat(n * 40)}`,
      image_url: `https://shop.example/${n}.jpg`,
      coupon: { prefix: 'X', expires_after_days: 1 },
    });
};

const renamed = (file: Reply, name: (n: number) => object): void => {
  for (const [n, reward] of file.rewards.entries()) reward.name = name(n);
};

const longName = (n: number) => ({
  en: `${n} ${'long name '.repeat(50)}`,
  ko: `${n}${'긴이름'.repeat(170)}`,
  tr: `${n}${'ığşöçİ'.repeat(85)}`,
});
const strange = [
  '👨‍👩‍👧‍👦'.repeat(30),
  '\u202eمرحبا بالعالم\u202c '.repeat(20),
  `{{first_name}} $${'{{cuf_1}}'} ${'{'.repeat(300)}`,
  `a${'\u0301'.repeat(500)}`,
  'line\none\n\n\ttwo '.repeat(30),
  `${'$'.repeat(200)}{x}`,
  '<b>"quotes" & \\ back</b> '.repeat(20),
  '가'.repeat(500),
  'ﷺ'.repeat(100),
];

/** Sentences far longer than any channel takes, with all that they can be filled with; a program has at most 400 KB. */
const longTexts = (filler: string, length: number, of: RegExp): Record<string, string> =>
  Object.fromEntries(
    (Object.keys(en) as TextKey[])
      .filter((key) => of.test(key))
      .map((key) => {
        const args = argsOf(key).map((arg) => `{${arg}}`);
        return [key, `${args.join(' ')} ${filler.repeat(Math.ceil(length / filler.length))}`];
      }),
  );
const shown = /^(redeem|balance|claim|verify|rewards|reward|button|quick)\./;

export const nastyPrograms: Readonly<Record<string, (file: Reply) => void>> = {
  plain: tourProgram,
  'with 30 rewards of long names and all flows': (file) => {
    tourProgram(file);
    renamed(file, longName);
    crowd(file, 30, longName);
    file.name = 'Program '.repeat(70);
    file.points.name = { one: 'very long unit '.repeat(30), other: 'very long units '.repeat(30) };
    file.flows = allFlows;
  },
  'with strange names and no flows': (file) => {
    tourProgram(file);
    const name = (n: number) => inAll(strange[n % strange.length] ?? '');
    renamed(file, name);
    crowd(file, 30, name);
    file.name = strange[2];
    file.points.name = { one: '{{point}}', other: strange[0] };
  },
  'with strange names and long sentences of its own': (file) => {
    tourProgram(file);
    const name = (n: number) => inAll(strange[n % strange.length] ?? '');
    renamed(file, name);
    crowd(file, 8, name);
    file.texts = {
      en: longTexts('and on ', 1500, /./),
      ko: longTexts('그리고 ', 1000, shown),
      tr: longTexts('👨‍👩‍👧‍👦ığ ', 1000, shown),
    };
    file.flows = { redeem: allFlows.redeem, claim: allFlows.claim };
  },
};
