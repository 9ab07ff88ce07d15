import { expect, it } from 'vitest';
import type { Run } from '../results/results.js';
import { testResults, testRun } from '../testing/test-results.js';
import { configDifferences } from './config-differences.js';

it('names only what differs', () => {
  const results = testResults(['adam:lr=0.1', 'adam:lr=0.2'], [0, 1]);
  expect(configDifferences([results])).toEqual({
    fields: ['spec.lr'],
    rows: [
      { experiment: 'digits', optimizer: 'adam:lr=0.1', values: ['0.1'] },
      { experiment: 'digits', optimizer: 'adam:lr=0.2', values: ['0.2'] },
    ],
  });
});

it('leaves open what an optimizer does not have', () => {
  const { fields, rows } = configDifferences([testResults(['sgd', 'adam'], [0])]);
  const beta2 = fields.indexOf('spec.beta2');
  expect(rows.map(({ values }) => values[beta2])).toEqual([undefined, '0.999']);
});

it('compares experiments too, and takes what the runs say before what was planned', () => {
  const config = {
    task: 'digits',
    model: 'mlp-8',
    optimizer: 'adam',
    spec: { kind: 'adam', lr: 0.5 },
    seed: 0,
    epochs: 3,
    batchSize: 32,
    threads: 1,
    logEvery: 5,
  } as const;
  const run: Run = { ...testRun('adam', 0, 0.5), config };
  const again: Run = { ...testRun('adam', 1, 0.5), config: { ...config, seed: 1, threads: 2 } };
  const first = testResults(['adam'], [0, 1], [run, again]);
  const second = testResults(['adam'], [0], [{ ...run, config: { ...config, epochs: 4 } }], {
    name: 'longer',
  });
  expect(configDifferences([first, second])).toEqual({
    fields: ['epochs', 'threads'],
    rows: [
      { experiment: 'digits', optimizer: 'adam', values: ['3', '1, 2'] },
      { experiment: 'longer', optimizer: 'adam', values: ['4', '1'] },
    ],
  });
});

it('finds nothing in what is the same', () => {
  expect(configDifferences([testResults(['adam'], [0])]).fields).toEqual([]);
});
