import * as Plot from '@observablehq/plot';
import { agreementWithFinal } from '@spectrain/spectral';
import { mean } from 'simple-statistics';
import { toSvg } from '../to-svg.js';
import { cyclicLabel, exponents, fixedLabel, type Gain } from './claim-experiments.js';
import type { MeasuredRun } from './measured-runs.js';
import { alignedShare, learnedParts } from './measures.js';
import type { TiltCell } from './spectral-bias.js';
import type { CoverageCell } from './wider-coverage.js';

const gainColours: Readonly<Record<Gain, string>> = { raw: '#2b83c6', matched: '#d55e00' };
const gainColor = { domain: Object.keys(gainColours), range: Object.values(gainColours) };

/** Tilt by exponent with 95 % intervals: a panel a task, a colour a gain. */
export function tiltFigure(cells: readonly TiltCell[], label: string): string {
  const rows = cells.flatMap(({ task, gain, tilts }) =>
    tilts.flatMap(({ p, tilt }) =>
      tilt
        ? [
            {
              task,
              gain,
              p: p + (gain === 'raw' ? -0.008 : 0.008),
              tilt: tilt.mean,
              low: tilt.interval?.low ?? tilt.mean,
              high: tilt.interval?.high ?? tilt.mean,
            },
          ]
        : [],
    ),
  );
  return toSvg({
    height: 260,
    marginLeft: 52,
    fx: { label: null },
    x: { label: 'p', ticks: [...exponents], tickFormat: String },
    y: { label, grid: true },
    color: gainColor,
    marks: [
      Plot.ruleY([0], { stroke: '#999' }),
      Plot.ruleX(rows, { fx: 'task', x: 'p', y1: 'low', y2: 'high', stroke: 'gain', strokeWidth: 1.5 }),
      Plot.lineY(rows, { fx: 'task', x: 'p', y: 'tilt', stroke: 'gain', strokeOpacity: 0.4 }),
      Plot.dot(rows, { fx: 'task', x: 'p', y: 'tilt', fill: 'gain', r: 3 }),
      legend(gainColor, rows[0]?.task, 'fx'),
    ],
  });
}

/** Coverage of cyclic and fixed exponents with 95 % intervals: a panel a gain. */
export function coverageFigure(cells: readonly CoverageCell[]): string {
  const rows = cells.flatMap(({ gain, rows: own }) =>
    own.flatMap(({ optimizer, coverage }) =>
      coverage
        ? [
            {
              gain,
              optimizer: shortName(optimizer),
              coverage: coverage.mean,
              low: coverage.interval?.low ?? coverage.mean,
              high: coverage.interval?.high ?? coverage.mean,
              cyclic: optimizer.startsWith('cyclic'),
            },
          ]
        : [],
    ),
  );
  return toSvg({
    height: 240,
    marginLeft: 76,
    fx: { label: null },
    y: { label: null, domain: rows.map(({ optimizer }) => optimizer) },
    x: { label: 'coverage: participation ratio of learned energy', grid: true, nice: true },
    color: { domain: [true, false], range: ['#d55e00', '#2b83c6'] },
    marks: [
      Plot.ruleY(rows, {
        fx: 'gain',
        y: 'optimizer',
        x1: 'low',
        x2: 'high',
        stroke: 'cyclic',
        strokeWidth: 1.5,
      }),
      Plot.dot(rows, { fx: 'gain', y: 'optimizer', x: 'coverage', fill: 'cyclic', r: 3.5 }),
    ],
  });
}

/** What of each frequency is learned by step, mean over seeds: a panel an exponent, raw gain. */
export function learnedFigure(runs: readonly MeasuredRun[]): string {
  const shown = [fixedLabel(-0.3, 'raw'), fixedLabel(0, 'raw'), fixedLabel(0.5, 'raw'), cyclicLabel('raw')];
  const rows = shown.flatMap((optimizer) => {
    const own = runs.filter((run) => run.optimizer === optimizer && run.run.status === 'completed');
    const looks = own[0]?.spectra ?? [];
    return looks.flatMap(({ step, frequencies }, i) =>
      i % 3 < 2
        ? []
        : frequencies.map((frequency, k) => ({
            optimizer: shortName(optimizer),
            step,
            // The interval is two units long.
            cycles: 2 * Number(frequency),
            learned: mean(own.map(({ spectra }) => (spectra[i] ? learnedParts(spectra[i])[k]! : 0))),
          })),
    );
  });
  return toSvg({
    height: 230,
    marginLeft: 42,
    padding: 0,
    fx: { label: null, domain: shown.map(shortName), padding: 0.08 },
    x: { label: 'step', type: 'band', ticks: [300, 600, 900], padding: 0 },
    y: { label: 'cycles', type: 'band', reverse: true, padding: 0 },
    color: { type: 'linear', scheme: 'viridis', domain: [0, 1] },
    marks: [Plot.cell(rows, { fx: 'optimizer', x: 'step', y: 'cycles', fill: 'learned', inset: -0.3 })],
  });
}

const compared = [
  'sgd',
  'momentum',
  'adam',
  'lcam',
  fixedLabel(0, 'raw'),
  fixedLabel(0.25, 'raw'),
  cyclicLabel('raw'),
];
const comparedColor = {
  domain: compared.map(shortName),
  range: ['#444444', '#a0a0a0', '#2b83c6', '#009e73', '#cc79a7', '#e69f00', '#d55e00'],
};

/** Agreement with the final predictions over training, mean over seeds: a panel a task. */
export function agreementFigure(runs: Readonly<Record<string, readonly MeasuredRun[]>>): string {
  const rows = Object.entries(runs).flatMap(([task, all]) =>
    compared.flatMap((optimizer) => {
      const own = completed(all, optimizer);
      const curves = own.map(({ predictions }) => agreementWithFinal(predictions));
      const stepsPerEpoch = own[0]?.run.epochs[0]?.step ?? 1;
      return spread(curves[0] ?? []).map(({ step }) => ({
        task,
        optimizer: shortName(optimizer),
        epoch: step / stepsPerEpoch,
        agreement: mean(
          curves.flatMap((curve) => curve.find((point) => point.step === step)?.agreement ?? []),
        ),
      }));
    }),
  );
  return toSvg({
    height: 280,
    marginLeft: 46,
    marginRight: 16,
    fx: { label: null },
    x: { label: 'epoch', type: 'log', grid: true, ticks: 4, tickFormat: '~g' },
    y: { label: 'agreement with the final predictions', grid: true },
    color: comparedColor,
    marks: [
      Plot.ruleY([alignedShare], { stroke: '#999', strokeDasharray: '3 3' }),
      Plot.lineY(rows, { fx: 'task', x: 'epoch', y: 'agreement', stroke: 'optimizer' }),
      legend(comparedColor, Object.keys(runs).sort().at(0), 'fx', 'bottom'),
    ],
  });
}

/** Test accuracy over training loss, a line a seed: a panel a task. */
export function equalLossFigure(runs: Readonly<Record<string, readonly MeasuredRun[]>>): string {
  const rows = Object.entries(runs).flatMap(([task, all]) =>
    compared.flatMap((optimizer) =>
      completed(all, optimizer).flatMap(({ seed, predictions }) =>
        spread(predictions).map(({ trainLoss, accuracy }) => ({
          task,
          optimizer: shortName(optimizer),
          seed: `${optimizer} ${seed}`,
          trainLoss,
          accuracy,
        })),
      ),
    ),
  );
  return toSvg({
    height: 280,
    marginLeft: 46,
    marginRight: 16,
    fx: { label: null },
    x: { label: 'training loss', type: 'log', reverse: true, grid: true, ticks: 4, tickFormat: '~g' },
    y: { label: 'test accuracy', grid: true },
    color: comparedColor,
    marks: [
      Plot.line(rows, {
        fx: 'task',
        x: 'trainLoss',
        y: 'accuracy',
        z: 'seed',
        stroke: 'optimizer',
        strokeOpacity: 0.6,
        strokeWidth: 1,
      }),
      legend(comparedColor, Object.keys(runs).sort().at(0), 'fx', 'bottom'),
    ],
  });
}

function completed(runs: readonly MeasuredRun[], optimizer: string): readonly MeasuredRun[] {
  return runs.filter((run) => run.optimizer === optimizer && run.run.status === 'completed');
}

/** Looks in about equal factors of their number, and the last: enough for a line. */
function spread<T>(looks: readonly T[]): readonly T[] {
  const place = (i: number) => Math.floor(4 * Math.log2(i + 1));
  return looks.filter((_, i) => i === looks.length - 1 || place(i) !== place(i - 1));
}

/** The names in their colours, in a corner of one panel. */
function legend(
  { domain, range }: { readonly domain: readonly string[]; readonly range: readonly string[] },
  panel: string | undefined,
  facet: 'fx',
  side: 'top' | 'bottom' = 'top',
): Plot.Markish[] {
  return domain.map((name, i) =>
    Plot.text([name], {
      [facet]: [panel],
      text: [name],
      frameAnchor: side === 'top' ? 'top-right' : 'bottom-right',
      dx: -4,
      dy: side === 'top' ? 4 + 13 * i : -4 - 13 * (domain.length - 1 - i),
      fill: range[i]!,
      fontWeight: 600,
    }),
  );
}

function shortName(optimizer: string): string {
  return optimizer.replace(/ (raw|matched)$/, '');
}
