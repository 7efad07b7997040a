/**
 * What the tests need beside `npm ci`, fetched once: Shopify's official schema, and a real Vendure shop in a package of its own.
 * Runs before every `npm test`; where all is there it only looks.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'vendure');
const writtenAt = (file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

await import('./shopify-schema.mjs');
// npm writes this file last, so an installation that was cut off is begun again.
if (writtenAt('node_modules/.package-lock.json') < writtenAt('package-lock.json'))
  execFileSync('npm', ['ci', '--ignore-scripts', '--prefix', folder], { stdio: 'inherit' });
