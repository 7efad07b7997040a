#!/usr/bin/env node
/**
 * Fetches Shopify's official Admin schema for the tests: one file out of the package `@shopify/dev-mcp`, which is not installed, since
 * it would bring Shopify's whole command line. Run again it does nothing.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const spec = '@shopify/dev-mcp@1.16.0';
const packed = {
  sha512: 'tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==',
  member: 'package/dist/data/admin_2026-10.json.gz',
};
const wanted = {
  sha256: 'f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593',
  name: 'admin_2026-10.json.gz',
};

const cache = fileURLToPath(new URL('../../node_modules/.cache/manychat-loyalty/', import.meta.url));
const target = join(cache, wanted.name);
const hash = (kind, file, as) => createHash(kind).update(readFileSync(file)).digest(as);

const isThere = () => existsSync(target) && hash('sha256', target, 'hex') === wanted.sha256;

const fetchSchema = () => {
  mkdirSync(cache, { recursive: true });
  // Beside its place, so that it can be moved there whole.
  const work = mkdtempSync(join(cache, 'shopify-'));
  try {
    const options = { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
    const name = execFileSync('npm', ['pack', spec, '--ignore-scripts', '--silent'], options).trim();
    const tarball = join(work, name.split('\n').at(-1));
    const digest = hash('sha512', tarball, 'base64');
    if (digest !== packed.sha512) throw new Error(`${spec} is not what it was: sha512-${digest}`);
    execFileSync('tar', ['-xzf', tarball, '-C', work, packed.member], options);
    const unpacked = join(work, packed.member);
    const found = hash('sha256', unpacked, 'hex');
    if (found !== wanted.sha256) throw new Error(`${packed.member} is not what it was: sha256 ${found}`);
    renameSync(unpacked, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

if (!isThere()) {
  fetchSchema();
  console.log(`Shopify's Admin schema 2026-10: ${target}`);
}
