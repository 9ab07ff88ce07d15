/**
 * Draws what compares optimizers: differences, sensitivity, profiles. Stands in the page as it is, so that it imports
 * nothing but types.
 */
import type { PerformanceProfile } from '../results/performance-profile.js';
import type { Results } from '../results/results.js';
import type { SensitivityPoint } from '../results/sensitivity.js';

declare const Plot: typeof import('@observablehq/plot');
declare const figures: typeof import('./figures.js').figures;

/** To where the score counts. */
const largestRatio = 4;

for (const { results, sensitivity, part } of figures.experiments) {
  drawDifferences(part.querySelector('.differences')!, results);
  const figure = part.querySelector('.sensitivity');
  if (figure) drawSensitivity(figure, results, sensitivity);
}

if (figures.profiles) {
  drawProfile('Profile by time', figures.profiles.seconds);
  drawProfile('Profile by steps', figures.profiles.step);
}

function drawDifferences(figure: Element, { config, summary }: Results): void {
  const factor = summary[0]?.metric === 'loss' ? 1 : 100;
  const rows = summary.flatMap(({ optimizer, differenceToBaseline: difference }) => {
    if (!difference) return [];
    const { mean, corrected } = difference;
    const [low, high] = corrected ? [corrected.low, corrected.high] : [Number.NaN, Number.NaN];
    return [{ optimizer, mean: factor * mean, low: factor * low, high: factor * high }];
  });
  if (rows.length === 0) return;
  const baseline = config.baseline ?? config.optimizers[0]?.label;
  figures.addCaption(
    figure,
    `Difference of ${factor === 1 ? 'loss' : 'accuracy'} to ${baseline}`,
    `${factor === 1 ? 'Lower is better' : 'In points'}; dot: mean, line: corrected 95 % interval.`,
  );
  figures.draw(figure, () => {
    const data = figures.shown(rows);
    const y = { y: 'optimizer' };
    return {
      height: 62 + 44 * data.length,
      marginTop: 24,
      marginLeft: 12,
      x: { label: null, grid: true, nice: true, ticks: 6, tickFormat: signed },
      y: { axis: null, domain: data.map(({ optimizer }) => optimizer) },
      marks: [
        Plot.ruleX([0], { strokeOpacity: 0.5 }),
        Plot.ruleY(data, { ...y, x1: 'low', x2: 'high', stroke: 'optimizer', strokeWidth: 2.5 }),
        Plot.dot(data, { ...y, x: 'mean', fill: 'optimizer', r: 5 }),
        Plot.text(data, {
          ...y,
          text: 'optimizer',
          frameAnchor: 'left',
          dy: -14,
          stroke: 'var(--paper)',
          fill: 'var(--ink)',
        }),
      ],
    };
  });
}

function drawSensitivity(
  figure: Element,
  { trials = [] }: Results,
  points: readonly SensitivityPoint[],
): void {
  const byLoss = trials.some(({ epochs }) => epochs.some((epoch) => !('testAccuracy' in epoch)));
  const rows = points
    .map((point) => ({
      ...point,
      shown: point.value === null ? Number.NaN : point.value * (byLoss ? 1 : 100),
    }))
    .toSorted((a, b) => a.lr - b.lr);
  figures.addCaption(
    figure,
    `Validation ${byLoss ? 'loss' : 'accuracy, %'}, against learning rate`,
    'One dot a trial, mean over its seeds; ring: chosen; cross below: no run of it was completed.',
  );
  figures.draw(figure, () => {
    const data = figures.shown(rows);
    const known = data.filter(({ value }) => value !== null);
    const axes = { x: 'lr', y: 'shown' };
    const rates = data.map(({ lr }) => lr);
    const log = rates.every((lr) => lr > 0);
    return {
      x: {
        label: 'learning rate',
        nice: true,
        ...(log && { type: 'log', ticks: figures.decades(rates) }),
        tickFormat: figures.short,
      },
      y: {
        label: null,
        grid: true,
        nice: true,
        zero: false,
        ...(byLoss && { type: 'log' }),
        tickFormat: figures.short,
      },
      marks: [
        ...figures.lines(known, { ...axes, strokeWidth: 1.25, strokeOpacity: 0.6 }),
        Plot.dot(known, { ...axes, fill: 'optimizer', r: 3 }),
        Plot.dot(
          known.filter(({ chosen }) => chosen),
          { ...axes, stroke: 'optimizer', r: 7, strokeWidth: 2 },
        ),
        Plot.dot(
          data.filter(({ value }) => value === null),
          {
            x: 'lr',
            frameAnchor: 'bottom',
            symbol: 'times',
            stroke: 'optimizer',
            r: 4,
            strokeWidth: 2,
            dy: -6,
          },
        ),
        ...figures.tips(known, 'lr', 'shown'),
      ],
    };
  });
}

function drawProfile(title: string, profiles: readonly PerformanceProfile[]): void {
  const caption = 'Share of tasks, %, whose target was reached within τ times the fastest.';
  const figure = figures.addFigure(document.getElementById('profiles')!, title, caption);
  const rows = profiles.flatMap(({ optimizer, points }) => {
    const inside = points.filter(({ tau }) => tau <= largestRatio);
    const last = { tau: largestRatio, rho: inside.at(-1)!.rho };
    return [...inside, last].map(({ tau, rho }) => ({ optimizer, tau, share: 100 * rho }));
  });
  figures.draw(figure, () => {
    const data = figures.shown(rows);
    return {
      x: { label: 'τ', domain: [1, largestRatio], ticks: 6 },
      y: { label: null, grid: true, domain: [0, 100] },
      marks: [
        ...figures.lines(data, { x: 'tau', y: 'share', curve: 'step-after', strokeWidth: 2 }),
        ...figures.tips(data, 'tau', 'share'),
      ],
    };
  });
}

function signed(value: number): string {
  return value > 0 ? `+${figures.short(value)}` : figures.short(value).replace('-', '−');
}
