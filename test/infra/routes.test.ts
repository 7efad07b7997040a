import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { jobs, rooms, routes, servedPaths } from '../../functions/routes.ts';

const foldersOf = (room: string): string[] =>
  readdirSync(`functions/${room}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
const verbsOf = (room: string): string[] =>
  routes
    .filter((route) => route.room === room)
    .map(({ verb }) => verb)
    .sort();

describe('the route table', () => {
  test.each(['chat', 'shop', 'admin'])(
    'has a row for every verb folder of %s, and a folder for every row',
    (room) => {
      expect(foldersOf(room)).toEqual(verbsOf(room));
    },
  );

  // What comes with a shop's signature is written by the shop: its adapter reads it, and there is no body of ours to agree on.
  test.each(routes.filter(({ room, by }) => room !== 'front' && by === 'key'))(
    'finds the contract of $room $verb',
    ({ room, verb }) => {
      expect(readdirSync(`functions/${room}/${verb}`)).toContain('contract.ts');
    },
  );

  test('lets nobody in by a signature but webhooks, and those to a store of a program', () => {
    const signed = routes.filter(({ by }) => by === 'signature');
    expect(signed.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/hooks/{program}/{store}',
    ]);
    // Only a room that calls shops knows their secrets.
    for (const { room } of signed) expect(rooms[room].shops).toBe(true);
  });

  test('finds every row of front under its name', () => {
    const files = readdirSync('functions/front');
    for (const verb of verbsOf('front')) {
      expect(files.includes(verb) || files.includes(`${verb}.ts`)).toBe(true);
    }
  });

  test('finds the way in of every room', () => {
    for (const room of Object.keys(rooms)) expect(readdirSync(`functions/${room}`)).toContain('main.ts');
  });

  test('serves no path twice and names no verb twice in a room', () => {
    const served = servedPaths.map(({ route, path }) => `${route.method} ${path}`);
    expect(new Set(served).size).toBe(served.length);
    const verbs = routes.map(({ room, verb }) => `${room}/${verb}`);
    expect(new Set(verbs).size).toBe(verbs.length);
  });

  test('has a row for every folder of jobs, and a folder with handler and way in for every row', () => {
    expect(foldersOf('jobs')).toEqual(Object.keys(jobs).sort());
    for (const job of Object.keys(jobs))
      expect(readdirSync(`functions/jobs/${job}`)).toEqual(expect.arrayContaining(['handler.ts', 'main.ts']));
  });

  test('names no job like a room: their functions lie side by side', () => {
    expect(Object.keys(jobs).filter((name) => name in rooms)).toEqual([]);
  });
});
