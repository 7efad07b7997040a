/**
 * All tests of single decisions as one file. Mutation testing runs it for each mutant: one load of the modules instead of one for
 * each file makes it ten times as fast. Whole lives of members are left out: what they would show, single decisions show sooner.
 */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';

// That a property fails is all a mutant has to show; the smallest counterexample is for people.
fc.configureGlobal({ endOnFailure: true });

const files = readdirSync(new URL('.', import.meta.url)).filter(
  (name) => name.endsWith('.test.ts') && name !== 'life.test.ts',
);
for (const name of files.sort()) await import(`./${name}`);
