import { expect, test } from 'vitest';
import { measuredRun } from '../testing/measured-runs.js';
import type { ClaimRuns } from './carry-out-claims.js';
import { claimExperiments, type ExperimentName, experimentNames, quickScale } from './claim-experiments.js';
import { agreementFigure, coverageFigure, equalLossFigure, learnedFigure, tiltFigure } from './figures.js';
import type { MeasuredRun } from './measured-runs.js';
import { claimsPage, judge, type MeasuredExperiments } from './page.js';
import { runsCsv } from './runs-csv.js';

const experiments = claimExperiments(quickScale);

/** Runs that have learned something, each a little other than the rest. */
function runsOf(name: ExperimentName): MeasuredRun[] {
  return experiments[name].optimizers.flatMap(({ label }, i) =>
    [0, 1, 2].map((seed): MeasuredRun => {
      const value = 0.5 + 0.01 * Math.sin(i + 5 * seed);
      const epoch = (number: number, trainLoss: number) => ({
        epoch: number,
        step: number,
        trainLoss,
        testLoss: trainLoss,
        testAccuracy: value + 0.1 * number,
        seconds: 1,
        examplesPerSecond: 1,
        lr: 1,
      });
      const errors = [value, value, 1, 1];
      return {
        ...measuredRun(label, seed, {
          epochs: [epoch(1, 1), epoch(2, 0.1)],
          parameterTilt: value,
          timeTilt: value,
          functionTilt: value,
          coverage: value,
          learned: value,
          alignmentEpoch: 1 + seed,
        }),
        spectra: [30, 60].map((step) => ({
          kind: 'spectrum',
          step,
          epoch: 1,
          frequencies: [1, 2, 3, 4],
          errors,
          amplitudes: errors,
        })),
        predictions: [1, 2].map((number) => ({
          step: number,
          epoch: number,
          classes: [0, number],
          trainLoss: 1 / number,
          accuracy: value + 0.1 * number,
        })),
      };
    }),
  );
}

const measured: MeasuredExperiments = {
  sines: runsOf('sines'),
  digits: runsOf('digits'),
  spirals: runsOf('spirals'),
};
const runs = Object.fromEntries(
  experimentNames.map((name) => [name, { experiment: experiments[name], chosen: [], trials: [], runs: [] }]),
) as unknown as ClaimRuns;

test('the page ends each claim with a word, and says what it is of', () => {
  const page = claimsPage(runs, judge(measured), quickScale);
  expect(page.match(/^\*\*C\d: (supported|not supported|mixed)\.\*\* /gm)).toHaveLength(3);
  expect(page).toContain('`spectrain claims --quick`');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test('figures are SVG files without what is no number', () => {
  const { bias, coverage } = judge(measured);
  const classified = { digits: measured.digits, spirals: measured.spirals };
  for (const svg of [
    tiltFigure(bias.cells, 'tilt'),
    coverageFigure(coverage.cells),
    learnedFigure(measured.sines),
    agreementFigure(classified),
    equalLossFigure(classified),
  ]) {
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).not.toMatch(/NaN|undefined/);
  }
});

test('the table has a line for each run', () => {
  expect(runsCsv(runs, measured).trim().split('\n')).toHaveLength(1 + 3 * (16 + 20 + 12));
});
