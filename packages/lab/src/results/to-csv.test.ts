import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import { testResults, testRun, withoutAccuracy } from '../testing/test-results.js';
import { csvTables, toCsv } from './to-csv.js';

const reason = 'it said "no",\nand left';
const failed = { ...testRun('adam', 1), status: 'failed', reason } as const;
const results = testResults(['sgd', 'adam'], [0, 1], [failed], { targets: { accuracy: [0.7] } });

describe('toCsv', () => {
  it('has a row for each run, with what failed and why', () => {
    const rows = csvParse(toCsv(results, 'runs'));
    expect(rows).toHaveLength(4);
    expect(rows[3]).toMatchObject({
      experiment: 'digits',
      optimizer: 'adam',
      seed: '1',
      reason,
      finalLoss: '',
    });
    expect(rows[0]).toMatchObject({ status: 'completed', finalAccuracy: '0.75' });
  });

  it('has the epochs of trials too', () => {
    const trials = [{ ...testRun('adam', 7, 0.5), trial: 3 }];
    const rows = csvParse(toCsv({ ...results, trials }, 'epochs'));
    expect(rows).toHaveLength(7);
    expect(rows.at(-1)).toMatchObject({ trial: '3', seed: '7', epoch: '1', testAccuracy: '0.5' });
  });

  it('has a row for each difference and each target', () => {
    expect([...csvParse(toCsv(results, 'differences'))]).toMatchObject([
      { optimizer: 'adam', metric: 'accuracy', pairs: '1', mean: '0', low: '', verdict: '' },
    ]);
    expect([...csvParse(toCsv(results, 'targets'))]).toMatchObject([
      { optimizer: 'sgd', target: '0.7', reached: '2', medianEpoch: '2' },
      { optimizer: 'adam', target: '0.7', reached: '1', medianEpoch: '2' },
    ]);
  });

  it('puts experiments one below the other, also where columns differ', () => {
    const regression = { ...testResults(['adam'], [0], [withoutAccuracy(testRun('adam', 0, 0.5))]) };
    const rows = csvParse(toCsv([results, regression], 'epochs'));
    expect(rows.at(-1)).toMatchObject({ testAccuracy: '', testLoss: '0.5' });
  });

  it('is empty where there is nothing to tell', () => {
    expect(toCsv(testResults(['adam'], [0]), 'differences')).toBe('');
  });

  it('ends every table with a line end', () => {
    for (const table of csvTables) expect(toCsv(results, table)).toMatch(/^experiment,optimizer.*\n$/s);
  });
});
