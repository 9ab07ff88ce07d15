import { expect, it } from 'vitest';
import { colours } from '../progress-line.js';
import { testResults, testRun, withoutAccuracy } from '../testing/test-results.js';
import { resultsTable } from './results-table.js';

const plain = colours({ isTTY: false });

it('shows accuracies in percent and the difference to the first in points', () => {
  const runs = [testRun('adam', 0, 0.8), testRun('adam', 1, 0.82)];
  const lines = resultsTable(testResults(['momentum', 'adam'], [0, 1], runs), plain).split('\n');
  expect(lines[1]).toMatch(/^momentum +75\.00 ± 0\.00 .* baseline$/);
  // 5 and 7 points: mean 6, standard error 1, t = 12.706 with one degree of freedom.
  expect(lines[2]).toMatch(/^adam +81\.00 ± 1\.41 .* \+6\.00 \[−6\.71, \+18\.71\]$/);
});

it('says that one seed gives no interval', () => {
  const text = resultsTable(testResults(['momentum', 'adam'], [0]), plain);
  expect(text).toContain('0.00 [–]');
  expect(text).toContain('of one seed, which gives no interval');
});

it('tells of raw gain only where an optimizer has a p', () => {
  expect(resultsTable(testResults(['adam', 'smes'], [0]), plain)).toContain('p acts with raw gain.');
  expect(resultsTable(testResults(['adam', 'sgd'], [0]), plain)).not.toContain('raw gain');
});

it('names the runs that did not complete', () => {
  const run = { ...testRun('adam', 1), status: 'diverged', reason: 'the loss became NaN at step 4' } as const;
  expect(resultsTable(testResults(['momentum', 'adam'], [0, 1], [run]), plain)).toContain(
    'seed 1, adam: diverged, the loss became NaN at step 4',
  );
});

const accuracies = { momentum: [0.5, 0.51, 0.52], adam: [0.7, 0.715, 0.719], sgd: [0.5, 0.52, 0.51] };
const varied = Object.entries(accuracies).flatMap(([optimizer, values]) =>
  values.map((value, seed) => testRun(optimizer, seed, value, value)),
);

it('says better only where the corrected interval excludes zero', () => {
  const text = resultsTable(testResults(['momentum', 'adam', 'sgd'], [0, 1, 2], varied), plain);
  expect(text).toMatch(/^adam .* better$/m);
  expect(text).toMatch(/^sgd .* –$/m);
  expect(text).toContain('corrected for 2 comparisons (Bonferroni)');
});

it('has a second table for targets, and says how each setting was found', () => {
  const results = testResults(['momentum', 'adam'], [0, 1, 2], varied, { targets: { accuracy: [0.7] } });
  const chosen = [
    { optimizer: 'adam', trial: 7, settings: { lr: 0.00312345 }, spec: { kind: 'adam' } as const },
  ];
  const text = resultsTable({ ...results, chosen }, plain);
  expect(text).toMatch(/^epochs to +accuracy 70 %$/m);
  expect(text).toMatch(/^momentum +– \(0\/3\)$/m);
  expect(text).toMatch(/^adam +1 \(3\/3\)$/m);
  expect(text).toContain('Tuned: adam, trial 7: lr 0.003123.');
});

it('stays within 100 columns, and shows a loss where there is no accuracy', () => {
  const text = resultsTable(testResults(['momentum', 'adam', 'sgd'], [0, 1, 2], varied), plain);
  const table = text.slice(0, text.indexOf('\n\n')).split('\n');
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(100);
  const losses = resultsTable(
    testResults(['momentum', 'adam'], [0, 1, 2], varied.map(withoutAccuracy)),
    plain,
  );
  expect(losses).not.toContain('accuracy');
  expect(losses).toMatch(/^adam .* −0\.2013 \[−0\.2\d+, −0\.1\d+\] +better$/m);
});

it('tells runs that ended alike together', () => {
  const trouble = { status: 'diverged', reason: 'the loss became NaN at step 4' } as const;
  const runs = [0, 2].map((seed) => ({ ...testRun('adam', seed), ...trouble }));
  const text = resultsTable(testResults(['momentum', 'adam'], [0, 1, 2], runs), plain);
  expect(text.match(/diverged/g)).toHaveLength(1);
  expect(text).toContain('seeds 0, 2, adam: diverged, the loss became NaN at step 4');
  expect(text).toContain('No difference is shown.');
});
