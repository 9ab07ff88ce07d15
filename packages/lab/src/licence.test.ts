import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const licence = readFileSync(new URL('LICENSE', root), 'utf8');

it.each(readdirSync(new URL('packages', root)))('packages/%s has the licence, which goes with it', (name) => {
  expect(readFileSync(new URL(`packages/${name}/LICENSE`, root), 'utf8')).toBe(licence);
});
