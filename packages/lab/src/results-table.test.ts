import { expect, it } from 'vitest';
import { colours } from './progress-line.js';
import { resultsTable } from './results-table.js';
import { regressionRun, testResults, testRun } from './testing/test-results.js';

const plain = colours({ isTTY: false });

it('shows accuracies in percent and the difference to the first in points', () => {
  const runs = [testRun('adam', 0, 0.8), testRun('adam', 1, 0.82)];
  const lines = resultsTable(testResults(['momentum', 'adam'], [0, 1], runs), plain).split('\n');
  expect(lines[1]).toMatch(/^momentum +75\.00 ± 0\.00 .* –$/);
  // 5 and 7 points: mean 6, standard error 1, t = 12.706 with one degree of freedom.
  expect(lines[2]).toMatch(/^adam +81\.00 ± 1\.41 .* \+6\.00 \[−6\.71, \+18\.71\]$/);
});

it('shows losses alone of regression', () => {
  const runs = ['momentum', 'adam'].flatMap((name) => [regressionRun(name, 0), regressionRun(name, 1)]);
  const results = testResults(['momentum', 'adam'], [0, 1], runs);
  expect(results.summary[1]).toMatchObject({
    finalAccuracy: null,
    bestAccuracy: null,
    finalLoss: { mean: 0.25 },
    differenceToFirst: null,
  });
  const text = resultsTable(results, plain);
  expect(text.split('\n')[0]).toMatch(/^optimizer +loss +time +images\/s$/);
  expect(text).not.toMatch(/accuracy|%/);
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
