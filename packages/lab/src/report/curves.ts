/** Draws the learning curves of each experiment. Stands in the page as it is, so that it imports nothing but types. */
import type { PlotOptions } from '@observablehq/plot';
import type { EpochResult, TracePoint } from '@spectrain/train';
import type { Results } from '../results/results.js';

declare const Plot: typeof import('@observablehq/plot');
declare const figures: typeof import('./figures.js').figures;

const axes = { epoch: 'Epochs', step: 'Steps', seconds: 'Time' } as const;
type Axis = keyof typeof axes;
const axisLabels = { epoch: 'epoch', step: 'step', seconds: 'seconds of training and evaluation' } as const;

for (const { results, part } of figures.experiments) {
  let axis: Axis = 'epoch';
  const curves = part.querySelector('.curves')!;
  const redraws = epochCurves(results).map(({ title, read }) => {
    const points = pointsOf(results, read);
    const figure = figures.addFigure(curves, title, captionOf(results));
    return figures.draw(figure, () => epochOptions(results, points, axis));
  });
  addAxisChoice(part.querySelector('.axis')!, (chosen) => {
    axis = chosen;
    for (const redraw of redraws) redraw();
  });
  lossByStep(curves, results);
  for (const name of ['lr', 'momentum', 'p'] as const) hyperparameterByStep(curves, results, name);
}

interface EpochCurve {
  readonly title: string;
  readonly read: (epoch: EpochResult) => number | undefined;
}

/** Without those that no run has. */
function epochCurves({ runs }: Results): readonly EpochCurve[] {
  const accuracy = ({ testAccuracy }: EpochResult): number | undefined => testAccuracy;
  const curves: readonly EpochCurve[] = [
    { title: 'Test accuracy, %', read: (epoch) => 100 * (accuracy(epoch) ?? Number.NaN) },
    { title: 'Test loss', read: ({ testLoss }) => testLoss },
    { title: 'Training loss', read: ({ trainLoss }) => trainLoss },
  ];
  return curves.filter(({ read }) =>
    runs.some(({ epochs }) => epochs.some((epoch) => isNumber(read(epoch)))),
  );
}

function captionOf({ config, runs }: Results): string {
  if (config.seeds.length === 1) return '';
  const early = runs.some(({ status }) => status !== 'completed');
  return `Mean, band from the lowest to the highest seed.${early ? ' A run that did not complete counts up to where it ended.' : ''}`;
}

interface Point {
  readonly optimizer: string;
  readonly epoch: number;
  readonly step: number;
  /** Since the start, mean over the seeds. */
  readonly seconds: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function pointsOf({ config, runs }: Results, read: EpochCurve['read']): readonly Point[] {
  return config.optimizers.flatMap(({ label: optimizer }) => {
    const epochs = runs.filter((run) => run.optimizer === optimizer).flatMap((run) => withTimes(run.epochs));
    return [...new Set(epochs.map(({ epoch }) => epoch))].flatMap((epoch) => {
      const here = epochs.filter((result) => result.epoch === epoch && isNumber(read(result)));
      if (here.length === 0) return [];
      const values = here.map((result) => read(result)!);
      return {
        optimizer,
        epoch,
        step: mean(here.map(({ step }) => step)),
        seconds: mean(here.map(({ seconds }) => seconds)),
        value: mean(values),
        low: Math.min(...values),
        high: Math.max(...values),
      };
    });
  });
}

/** The seconds of each epoch counted from the start. */
function withTimes(epochs: readonly EpochResult[]): readonly EpochResult[] {
  let total = 0;
  return epochs.map((epoch) => {
    total += epoch.seconds;
    return { ...epoch, seconds: total };
  });
}

function epochOptions({ config, runs }: Results, points: readonly Point[], axis: Axis): PlotOptions {
  const data = figures.shown(points);
  // Not the last one planned: an axis ends with its data.
  const lastEpoch = Math.max(1, ...runs.map((run) => run.epochs.at(-1)?.epoch ?? 0));
  const x =
    axis === 'epoch'
      ? ({ tickFormat: 'd', interval: 1, ticks: epochTicks(lastEpoch) } as const)
      : { ticks: 5 };
  const band = { x: axis, z: 'optimizer', y1: 'low', y2: 'high', fill: 'optimizer', fillOpacity: 0.13 };
  return {
    x: { label: axisLabels[axis], ...x },
    y: { label: null, grid: true, nice: true, zero: false, tickFormat: figures.short },
    marks: [
      ...(config.seeds.length > 1 ? [Plot.areaY(data, band)] : []),
      ...figures.lines(data, { x: axis, y: 'value', strokeWidth: 1.75 }),
      ...(lastEpoch === 1 ? [Plot.dot(data, { x: axis, y: 'value', fill: 'optimizer' })] : []),
      ...figures.tips(data, axis, 'value'),
    ],
  };
}

function epochTicks(lastEpoch: number): number[] {
  const step = Math.ceil(lastEpoch / 8);
  return Array.from({ length: Math.floor(lastEpoch / step) }, (_, i) => (i + 1) * step);
}

function addAxisChoice(parent: Element, choose: (axis: Axis) => void): void {
  const group = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = 'Against';
  group.append(legend);
  for (const [value, text] of Object.entries(axes) as [Axis, string][]) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = `axis-${parent.closest('article')?.id}`;
    input.checked = value === 'epoch';
    input.addEventListener('change', () => choose(value));
    label.append(input, ` ${text}`);
    group.append(label);
  }
  parent.append(group);
}

function traceOfFirstSeed({
  config,
  runs,
}: Results): readonly (TracePoint & { readonly optimizer: string })[] {
  return runs
    .filter(({ seed }) => seed === config.seeds[0])
    .flatMap(({ optimizer, trace }) => trace.map((point) => ({ optimizer, ...point })));
}

function lossByStep(parent: Element, results: Results): void {
  // A loss can round to 0, and one that is not finite is null in JSON: neither has a place on the axis.
  const points = traceOfFirstSeed(results).filter(({ loss }) => loss > 0);
  if (points.length === 0) return;
  const caption = `Seed ${results.config.seeds[0]}, logarithmic; line: running mean over 15 points.`;
  const figure = figures.addFigure(parent, 'Training loss by step', caption);
  figures.draw(figure, () => {
    const data = figures.shown(points);
    const line = { x: 'step', y: 'loss', z: 'optimizer', stroke: 'optimizer' };
    const ticks = figures.decades(data.map(({ loss }) => loss));
    return {
      x: { label: 'step', ticks: 5 },
      y: { label: null, type: 'log', nice: true, grid: true, ticks, tickFormat: figures.short },
      marks: [
        Plot.lineY(data, { ...line, strokeWidth: 0.75, strokeOpacity: 0.25 }),
        ...figures.lines(data, Plot.windowY(15, { ...line, strokeWidth: 1.75 })),
        ...figures.tips(data, 'step', 'loss'),
      ],
    };
  });
}

function hyperparameterByStep(parent: Element, results: Results, name: 'lr' | 'momentum' | 'p'): void {
  const points = traceOfFirstSeed(results).filter((point) => point[name] !== undefined);
  if (points.length === 0) return;
  const titles = { lr: 'Learning rate', momentum: 'Momentum', p: 'Exponent p' };
  const figure = figures.addFigure(parent, titles[name], `By step, seed ${results.config.seeds[0]}.`);
  figures.draw(figure, () => {
    const data = figures.shown(points);
    return {
      x: { label: 'step', ticks: 5 },
      y: {
        label: null,
        grid: true,
        nice: true,
        tickFormat: figures.short,
        ...(name === 'lr' && { zero: true }),
      },
      marks: [
        ...figures.lines(data, { x: 'step', y: name, strokeWidth: 1.25 }),
        ...figures.tips(data, 'step', name),
      ],
    };
  });
}

function isNumber(value: number | null | undefined): value is number {
  return Number.isFinite(value);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
