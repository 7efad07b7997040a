import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { version } from '../../functions/version.ts';

test('the version that health checks show is package.json’s', () => {
  const read = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(version).toBe(read.version);
});
