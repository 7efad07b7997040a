/** Sends what nobody should send, and looks at all that may come of it. */
import { expect } from '@jest/globals';
import { answerProblems } from './answer-rules.ts';
import { furnish, type Target, withPool } from './every-route.ts';
import { type Answered, type House, openHouse, type Shop } from './house.ts';
import { watch } from './table-watch.ts';

export interface Scene {
  readonly house: House;
  readonly shop: Shop;
  /** The answer, about which nothing is wrong. @param typed texts that no refusal and no log may repeat */
  ask(target: Target, body: string, typed?: readonly string[]): Promise<Answered>;
}

const isWrite = (call: string): boolean => !/^(BatchGet|Query|Scan)/.test(call);

const expectNothingTyped = (house: House, { status, text }: Answered, typed: readonly string[]): void => {
  if (status !== 200) expect(typed.filter((one) => text.includes(one))).toEqual([]);
  const line = JSON.stringify(house.logged.requests.at(-1));
  expect(typed.filter((one) => line.includes(JSON.stringify(one).slice(1, -1)))).toEqual([]);
};

/** A furnished shop, its requests watched down to the table. */
export const openScene = async (): Promise<Scene> => {
  const house = await openHouse();
  const heard = watch(house.table);
  const shop = await house.open(withPool);
  await furnish(shop);
  return {
    house,
    shop,
    ask: async (target, body, typed = []) => {
      const { route, path } = target;
      const answers: Answered[] = [];
      const calls = await heard.during(async () => {
        answers.push(await shop.request(route.method, path, body));
      });
      const [answered] = answers;
      if (answered === undefined) throw new Error('no answer');
      const shown = `${path} ${body.slice(0, 300)}`;
      expect([shown, answerProblems(target, answered, shop)]).toEqual([shown, []]);
      expectNothingTyped(house, answered, typed);
      expect(house.logged.faults.splice(0)).toEqual([]);
      if (answered.status !== 200) expect([shown, calls.filter(isWrite)]).toEqual([shown, []]);
      return answered;
    },
  };
};
