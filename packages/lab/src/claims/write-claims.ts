import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@spectrain/train';
import type { ClaimRuns } from './carry-out-claims.js';
import type { ClaimScale } from './claim-experiments.js';
import { agreementFigure, coverageFigure, equalLossFigure, learnedFigure, tiltFigure } from './figures.js';
import { measureRuns } from './measured-runs.js';
import { claimFiles, claimsPage, judge, type MeasuredExperiments } from './page.js';
import { runsCsv } from './runs-csv.js';
import { senses } from './spectral-bias.js';

/** Units of the tilts in the figures. */
const tiltLabels = {
  parameter: 'slope of log gain',
  time: 'log2 of high over low transfer gain',
  function: 'error of low minus high frequencies',
} as const;

/** Measures the runs, judges the claims, and writes the page with its figures and the table of all runs. @returns the page's path */
export async function writeClaims(folder: string, runs: ClaimRuns, scale: ClaimScale): Promise<string> {
  const measured: MeasuredExperiments = {
    sines: await measureRuns(runs.sines),
    digits: await measureRuns(runs.digits),
    spirals: await measureRuns(runs.spirals),
  };
  const judgements = judge(measured);
  const { bias, coverage } = judgements;
  const classified = { digits: measured.digits, spirals: measured.spirals };
  const files: readonly (readonly [string, string])[] = [
    ...senses.map(({ name }) => {
      const cells = bias.cells.filter(({ sense }) => sense === name);
      return [claimFiles.tilt(name), tiltFigure(cells, tiltLabels[name])] as const;
    }),
    [claimFiles.coverage, coverageFigure(coverage.cells)],
    [claimFiles.learned, learnedFigure(measured.sines)],
    [claimFiles.agreement, agreementFigure(classified)],
    [claimFiles.equalLoss, equalLossFigure(classified)],
    [claimFiles.runs, runsCsv(runs, measured)],
    ['claims.md', claimsPage(runs, judgements, scale)],
  ];
  await mkdir(join(folder, 'claims'), { recursive: true });
  for (const [name, text] of files) await writeWhole(join(folder, name), text);
  return join(folder, 'claims.md');
}
