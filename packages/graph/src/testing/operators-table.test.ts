import { expect, it } from 'vitest';
import { gradients } from '../gradients/table.js';
import { operators } from '../operators/table.js';
import { operatorsTable } from './operators-table.js';

it('docs/operators.md is up to date; npm run docs:operators -w @spectrain/graph writes it', async () => {
  await expect(await operatorsTable()).toMatchFileSnapshot('../../docs/operators.md');
});

it('every gradient is tested against finite differences', async () => {
  const table = await operatorsTable();
  const tested = Object.keys(gradients).filter((op) =>
    new RegExp(`^\\| ${op} \\| ✓ \\| ✓ \\| ✓ \\|`, 'm').test(table),
  );
  expect(tested).toEqual(Object.keys(gradients));
});

it.each(Object.entries({ operators, gradients }))('%s are listed by their names', (_, table) => {
  expect(Object.keys(table)).toEqual(Object.keys(table).sort());
});
