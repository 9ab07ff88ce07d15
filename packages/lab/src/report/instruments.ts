/** Draws what the probes of an experiment's runs have seen. Stands in the page as it is, so that it imports nothing but types. */
import type { PlotOptions, ScaleOptions } from '@observablehq/plot';
import type { ProbeView } from './probe-views.js';

declare const Plot: typeof import('@observablehq/plot');
declare const figures: typeof import('./figures.js').figures;

/** What is below is drawn there: far from a node a density is as good as 0. */
const leastDensity = 1e-6;

for (const { probes, part } of figures.experiments) {
  const panels = part.querySelector('.instruments');
  if (!panels) continue;
  drawGain(panels, probes);
  drawTransfer(panels, probes);
  drawDensities(panels, probes);
  drawSplit(panels, probes);
  drawAgreement(panels, probes);
  drawCurvature(panels, probes);
  for (const view of probes) drawSpectrogram(panels, view);
  for (const view of probes) drawLearned(panels, view);
  for (const view of probes) drawBoundary(panels, view);
}

/** The rows of all optimizers that have them, each with its optimizer. */
function rowsOf<T extends object>(
  probes: readonly ProbeView[],
  read: (view: ProbeView) => readonly T[] | undefined,
): (T & { readonly optimizer: string })[] {
  return probes.flatMap(({ optimizer, ...view }) =>
    (read({ optimizer, ...view }) ?? []).map((row) => ({ ...row, optimizer })),
  );
}

/** A figure over rows, unless there are none; only those of optimizers that are shown are drawn. */
function addPlot<T extends { readonly optimizer: string }>(
  panels: Element,
  [title, caption]: readonly [title: string, caption: string],
  rows: readonly T[],
  options: (shown: readonly T[]) => PlotOptions,
): void {
  if (rows.length === 0) return;
  const figure = figures.addFigure(panels, title, caption);
  figures.draw(figure, () => options(figures.shown(rows)));
}

/** Ticks at powers of ten, where there are some. */
function logAxis(values: readonly number[]): ScaleOptions {
  const above = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...above), Math.max(...above)];
  const within = figures.decades(above).filter((tick) => tick >= low && tick <= high);
  const ticks = within.length > 1 ? within : 3;
  return { type: 'log', label: null, grid: true, ticks, tickFormat: figures.short };
}

function drawGain(panels: Element, probes: readonly ProbeView[]): void {
  addPlot(
    panels,
    [
      'Gain by second moment',
      'Mean |update| / |first moment|, last look; thin line: the rule, 1 / (v^p + eps).',
    ],
    rowsOf(probes, ({ gain }) => gain),
    (rows) => ({
      x: { ...logAxis(rows.map(({ v }) => v)), label: 'second moment', grid: false },
      y: logAxis(rows.map((row) => row.gain)),
      marks: [
        Plot.lineY(
          rows.filter(({ theory }) => theory !== undefined),
          { x: 'v', y: 'theory', z: 'optimizer', stroke: 'optimizer', strokeWidth: 1, strokeOpacity: 0.7 },
        ),
        Plot.dot(rows, { x: 'v', y: 'gain', fill: 'optimizer', r: 3 }),
        ...figures.tips(rows, 'v', 'gain'),
      ],
    }),
  );
}

function drawTransfer(panels: Element, probes: readonly ProbeView[]): void {
  addPlot(
    panels,
    [
      'Transfer gain by frequency',
      'Of updates over gradients, last window; thin line: that of the first moment alone.',
    ],
    rowsOf(probes, ({ temporal }) => temporal?.filter(({ gain }) => gain !== null && gain > 0)),
    (rows) => ({
      x: { label: 'cycles per step' },
      y: logAxis(rows.map((row) => row.gain ?? 0)),
      marks: [
        Plot.lineY(rows, {
          x: 'frequency',
          y: 'theory',
          z: 'optimizer',
          stroke: 'optimizer',
          strokeWidth: 1,
          strokeOpacity: 0.5,
        }),
        ...figures.lines(rows, { x: 'frequency', y: 'gain' }),
        ...figures.tips(rows, 'frequency', 'gain'),
      ],
    }),
  );
}

function drawDensities(panels: Element, probes: readonly ProbeView[]): void {
  for (const [title, y] of [
    ['Spectrum of gradients', 'gradients'],
    ['Spectrum of updates', 'updates'],
  ] as const)
    addPlot(
      panels,
      [title, 'Welch density, last window.'],
      rowsOf(probes, ({ temporal }) => temporal?.filter((point) => point[y] > 0)),
      (rows) => ({
        x: { label: 'cycles per step' },
        y: logAxis(rows.map((row) => row[y])),
        marks: [...figures.lines(rows, { x: 'frequency', y }), ...figures.tips(rows, 'frequency', y)],
      }),
    );
}

function drawSplit(panels: Element, probes: readonly ProbeView[]): void {
  for (const part of ['low', 'high'] as const)
    addPlot(
      panels,
      [
        `Error of the ${part} frequencies`,
        'Of probabilities to labels, split by a Gaussian filter over examples.',
      ],
      rowsOf(probes, ({ split }) => split?.filter((point) => point.part === part)),
      (rows) => ({
        x: { label: 'step', ticks: 5 },
        y: { label: null, grid: true, zero: true },
        marks: [...figures.lines(rows, { x: 'step', y: 'error' }), ...figures.tips(rows, 'step', 'error')],
      }),
    );
}

function drawAgreement(panels: Element, probes: readonly ProbeView[]): void {
  addPlot(
    panels,
    [
      'Agreement with the final predictions',
      'Share of test examples with the class of the last look; dashed: 90 %.',
    ],
    rowsOf(probes, ({ predictions }) => predictions),
    (rows) => ({
      x: { label: 'step', ticks: 5 },
      y: { label: null, grid: true },
      marks: [
        Plot.ruleY([0.9], { strokeOpacity: 0.5, strokeDasharray: '3 3' }),
        ...figures.lines(rows, { x: 'step', y: 'agreement' }),
        ...figures.tips(rows, 'step', 'agreement'),
      ],
    }),
  );
}

function drawCurvature(panels: Element, probes: readonly ProbeView[]): void {
  addPlot(
    panels,
    ['Density of the Hessian’s eigenvalues', 'By stochastic Lanczos quadrature, last look.'],
    rowsOf(probes, ({ curvature }) =>
      curvature?.map(({ eigenvalue, density }) => ({ eigenvalue, density: Math.max(density, leastDensity) })),
    ),
    (rows) => ({
      x: { label: 'eigenvalue', ticks: 5 },
      y: logAxis(rows.map((row) => row.density)),
      marks: [
        ...figures.lines(rows, { x: 'eigenvalue', y: 'density' }),
        ...figures.tips(rows, 'eigenvalue', 'density'),
      ],
    }),
  );
}

function drawSpectrogram(panels: Element, { optimizer, spectrogram }: ProbeView): void {
  if (!spectrogram) return;
  const largest = Math.max(...spectrogram.map(({ gain }) => Math.abs(gain)));
  const frequencies = [...new Set(spectrogram.map(({ frequency }) => frequency))].sort((a, b) => a - b);
  drawHeatMap(
    panels,
    [
      `Transfer gain over time: ${optimizer}`,
      `Beside the first moment alone: red more, blue less, by up to a factor of ${Number((2 ** largest).toPrecision(2))}.`,
    ],
    spectrogram.map(({ gain: value, ...cell }) => ({ ...cell, value, optimizer })),
    {
      y: {
        label: 'cycles per step',
        domain: frequencies,
        ticks: quarters(frequencies),
        tickFormat: '.2f',
      },
      color: { type: 'diverging', scheme: 'BuRd', domain: [-largest, largest], pivot: 0 },
    },
  );
}

function drawLearned(panels: Element, { optimizer, spectrum }: ProbeView): void {
  if (!spectrum) return;
  drawHeatMap(
    panels,
    [`Learned by frequency: ${optimizer}`, 'Dark: nothing, yellow: all of the target’s amplitude.'],
    spectrum.map(({ learned: value, ...cell }) => ({ ...cell, value, optimizer })),
    {
      y: { label: 'cycles per unit', domain: [...new Set(spectrum.map(({ frequency }) => frequency))] },
      color: { type: 'linear', scheme: 'viridis', domain: [0, 1] },
    },
  );
}

interface Cell {
  readonly step: number;
  readonly frequency: number | string;
  readonly value: number;
  readonly optimizer: string;
}

/** Steps from left to right, frequencies from low to high. */
function drawHeatMap(
  panels: Element,
  titles: readonly [title: string, caption: string],
  cells: readonly Cell[],
  { y, color }: { readonly y: ScaleOptions; readonly color: ScaleOptions },
): void {
  const steps = [...new Set(cells.map(({ step }) => step))];
  addPlot(panels, titles, cells, (shown) => ({
    x: { type: 'band', label: 'step', padding: 0, ticks: quarters(steps) },
    y: { type: 'band', reverse: true, padding: 0, ...y },
    color,
    marks: [Plot.cell(shown, { x: 'step', y: 'frequency', fill: 'value', inset: -0.4 })],
  }));
}

/** The values at a quarter, at half and at three quarters of a list; of a short one all. */
function quarters<T>(values: readonly T[]): T[] {
  if (values.length <= 4) return [...values];
  return [1, 2, 3].map((i) => values[Math.round((i * values.length) / 4)]!);
}

function drawBoundary(panels: Element, { optimizer, boundary }: ProbeView): void {
  if (!boundary) return;
  const panelOf = ({ epoch, agreement }: { readonly epoch: number; readonly agreement: number }) =>
    `epoch ${epoch}: ${(100 * agreement).toFixed(0)} %`;
  const rows = boundary.looks.flatMap((look) =>
    look.points.map(([x, y]) => ({ x, y, panel: panelOf(look), optimizer })),
  );
  const truth = boundary.looks.flatMap((look) =>
    boundary.truth.map(([x, y]) => ({ x, y, panel: panelOf(look) })),
  );
  addPlot(
    panels,
    [
      `Decision boundary: ${optimizer}`,
      'In colour; grey: the true one; share of the plane, where examples are, that is told rightly.',
    ],
    rows,
    (shown) => ({
      marginLeft: 12,
      aspectRatio: 1,
      fx: { label: null, domain: boundary.looks.map(panelOf) },
      x: { axis: null, domain: [...boundary.domain] },
      y: { axis: null, domain: [...boundary.domain] },
      marks: [
        Plot.dot(truth, { fx: 'panel', x: 'x', y: 'y', r: 0.9, fill: 'currentColor', fillOpacity: 0.35 }),
        Plot.dot(shown, { fx: 'panel', x: 'x', y: 'y', r: 1.1, fill: 'optimizer' }),
      ],
    }),
  );
}
