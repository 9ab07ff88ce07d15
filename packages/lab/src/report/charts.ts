/** Draws the curves of the report. Stands in the page as it is, so that it imports nothing but types. */
import type { Data, LineYOptions, Markish, PlotOptions } from '@observablehq/plot';
import type { EpochResult, TracePoint } from '@spectrain/train';
import type { Results } from '../results.js';

declare const Plot: typeof import('@observablehq/plot');

interface Panel {
  readonly title: string;
  readonly caption: string;
  readonly options: (visible: ReadonlySet<string>) => PlotOptions;
}

const results: Results = JSON.parse(element('results').textContent ?? '');
const keys = [...document.querySelectorAll<HTMLButtonElement>('.legend button')];
const color = {
  domain: keys.map((key) => key.dataset.optimizer ?? ''),
  range: keys.map((key) => key.dataset.colour ?? ''),
};
const dashes = new Map(keys.map((key) => [key.dataset.optimizer ?? '', key.dataset.dash ?? 'none']));
const visible = new Set(color.domain);
const severalSeeds = results.config.seeds.length > 1;
const firstSeed = results.config.seeds[0];
/** Not the last one planned: an axis ends with its data. */
const lastEpoch = Math.max(1, ...results.runs.map((run) => run.epochs.at(-1)?.epoch ?? 0));

drawPanels();
drawDifferences();

function drawPanels(): void {
  const figures = panels().map(({ title, caption, options }) => {
    const figure = addFigure(element('curves'), title, caption);
    return redraw(figure, () => options(visible));
  });
  for (const key of keys) {
    key.addEventListener('click', () => {
      const name = key.dataset.optimizer ?? '';
      if (!visible.delete(name)) visible.add(name);
      key.setAttribute('aria-pressed', String(visible.has(name)));
      for (const draw of figures) draw();
    });
  }
}

function panels(): readonly Panel[] {
  const caption = `By epoch${severalSeeds ? '; mean, band from the lowest to the highest seed' : ''}.`;
  return [
    epochPanel('Test accuracy, %', caption, ({ testAccuracy }) => 100 * testAccuracy),
    epochPanel('Test loss', caption, ({ testLoss }) => testLoss),
    epochPanel('Training loss', caption, ({ trainLoss }) => trainLoss),
    lossPanel(),
    ...(['lr', 'momentum', 'p'] as const).flatMap(tracePanel),
  ];
}

function epochPanel(title: string, caption: string, read: (epoch: EpochResult) => number): Panel {
  const points = color.domain.flatMap((optimizer) => {
    const epochs = results.runs.filter((run) => run.optimizer === optimizer).flatMap((run) => run.epochs);
    return [...new Set(epochs.map(({ epoch }) => epoch))].map((epoch) => {
      const values = epochs.filter((result) => result.epoch === epoch).map(read);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return { optimizer, epoch, value: mean, low: Math.min(...values), high: Math.max(...values) };
    });
  });
  return {
    title,
    caption,
    options: (shown) => {
      const data = points.filter(({ optimizer }) => shown.has(optimizer));
      const axes = { x: 'epoch', z: 'optimizer' };
      return {
        x: { label: 'epoch', tickFormat: 'd', interval: 1, ticks: epochTicks() },
        y: { label: null, grid: true, nice: true, zero: false, tickFormat: short },
        marks: [
          ...(severalSeeds
            ? [Plot.areaY(data, { ...axes, y1: 'low', y2: 'high', fill: 'optimizer', fillOpacity: 0.13 })]
            : []),
          ...lines(data, { ...axes, y: 'value', stroke: 'optimizer', strokeWidth: 1.75 }),
          ...(lastEpoch === 1 ? [Plot.dot(data, { ...axes, y: 'value', fill: 'optimizer' })] : []),
          ...tips(data, 'epoch', 'value'),
        ],
      };
    },
  };
}

function epochTicks(): number[] {
  const step = Math.ceil(lastEpoch / 8);
  return Array.from({ length: Math.floor(lastEpoch / step) }, (_, i) => (i + 1) * step);
}

function traceOfFirstSeed(): readonly (TracePoint & { readonly optimizer: string })[] {
  return results.runs
    .filter(({ seed }) => seed === firstSeed)
    .flatMap(({ optimizer, trace }) => trace.map((point) => ({ optimizer, ...point })));
}

function lossPanel(): Panel {
  // A loss can round to 0, and one that is not finite is null in JSON: neither has a place on the axis.
  const points = traceOfFirstSeed().filter(({ loss }) => loss > 0);
  return {
    title: 'Training loss by step',
    caption: `Seed ${firstSeed}, logarithmic; line: running mean over 15 points.`,
    options: (shown) => {
      const data = points.filter(({ optimizer }) => shown.has(optimizer));
      const line = { x: 'step', y: 'loss', z: 'optimizer', stroke: 'optimizer' };
      return {
        x: { label: 'step' },
        y: {
          label: null,
          type: 'log',
          nice: true,
          grid: true,
          ticks: decades(data.map(({ loss }) => loss)),
          tickFormat: short,
        },
        marks: [
          Plot.lineY(data, { ...line, strokeWidth: 0.75, strokeOpacity: 0.25 }),
          ...lines(data, Plot.windowY(15, { ...line, strokeWidth: 1.75 })),
          ...tips(data, 'step', 'loss'),
        ],
      };
    },
  };
}

/** At most eight powers of ten around positive values. */
function decades(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const step = Math.ceil((high - low + 1) / 8);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
}

function tracePanel(name: 'lr' | 'momentum' | 'p'): readonly Panel[] {
  const points = traceOfFirstSeed().filter((point) => point[name] !== undefined);
  if (points.length === 0) return [];
  const titles = { lr: 'Learning rate', momentum: 'Momentum', p: 'Exponent p' };
  return [
    {
      title: titles[name],
      caption: `By step, seed ${firstSeed}.`,
      options: (shown) => {
        const data = points.filter(({ optimizer }) => shown.has(optimizer));
        return {
          x: { label: 'step' },
          y: { label: null, grid: true, nice: true, tickFormat: short, ...(name === 'lr' && { zero: true }) },
          marks: [
            ...lines(data, { x: 'step', y: name, z: 'optimizer', stroke: 'optimizer', strokeWidth: 1.25 }),
            ...tips(data, 'step', name),
          ],
        };
      },
    },
  ];
}

/** The lines of the optimizers, one mark for each dash, which all lines of a mark share. */
function lines(data: readonly { readonly optimizer: string }[], options: LineYOptions): readonly Markish[] {
  return [...new Set(dashes.values())].map((dash) =>
    Plot.lineY(
      data.filter(({ optimizer }) => dashes.get(optimizer) === dash),
      { ...options, strokeDasharray: dash },
    ),
  );
}

/** The value nearest to the pointer. */
function tips(data: Data, x: string, y: string): readonly Markish[] {
  const channels = { x, y, z: 'optimizer' };
  return [
    Plot.dot(data, Plot.pointer({ ...channels, fill: 'optimizer', r: 3.5 })),
    Plot.tip(
      data,
      Plot.pointer({
        ...channels,
        channels: { optimizer: 'optimizer' },
        format: { optimizer: true, x: true, y: '.4~g', z: false },
      }),
    ),
  ];
}

function drawDifferences(): void {
  const points = (share: number | null) => (share === null ? Number.NaN : 100 * share);
  const rows = results.summary.flatMap(({ optimizer, differenceToBaseline: difference }) => {
    if (!difference) return [];
    const { mean, low, high } = difference;
    return [{ optimizer, mean: points(mean), low: points(low), high: points(high) }];
  });
  if (rows.length === 0) return;
  const figure = element('differences');
  const first = color.domain[0];
  addCaption(figure, `Difference of accuracy to ${first}`, 'In points; dot: mean, line: 95 % interval.');
  const y = { y: 'optimizer' };
  redraw(figure, () => ({
    height: 62 + 44 * rows.length,
    marginTop: 24,
    marginLeft: 12,
    x: { label: null, grid: true, nice: true, tickFormat: signed },
    y: { axis: null, domain: rows.map(({ optimizer }) => optimizer) },
    marks: [
      Plot.ruleX([0], { strokeOpacity: 0.5 }),
      Plot.ruleY(rows, { ...y, x1: 'low', x2: 'high', stroke: 'optimizer', strokeWidth: 2.5 }),
      Plot.dot(rows, { ...y, x: 'mean', fill: 'optimizer', r: 5 }),
      Plot.text(rows, {
        ...y,
        text: 'optimizer',
        frameAnchor: 'left',
        dy: -14,
        stroke: 'var(--paper)',
        fill: 'var(--ink)',
      }),
    ],
  }));
}

function short(value: number): string {
  return Math.abs(value) >= 1e5 ? value.toExponential() : String(Number(value.toPrecision(6)));
}

function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value).replace('-', '−');
}

/** Draws as soon as there is a width and whenever it changes; the function returned draws anew. */
function redraw(figure: HTMLElement, options: () => PlotOptions): () => void {
  let svg: Element | undefined;
  const draw = () => {
    const width = figure.clientWidth;
    const next = Plot.plot({
      width,
      height: Math.round(Math.max(200, Math.min(260, width * 0.62))),
      marginLeft: 52,
      marginRight: 12,
      marginBottom: 42,
      color,
      style: { background: 'none', fontSize: '12px' },
      ...options(),
    });
    if (svg) svg.replaceWith(next);
    else figure.append(next);
    svg = next;
  };
  let drawnWidth = 0;
  new ResizeObserver(() => {
    if (figure.clientWidth === drawnWidth) return;
    drawnWidth = figure.clientWidth;
    requestAnimationFrame(draw);
  }).observe(figure);
  return draw;
}

function addFigure(parent: HTMLElement, title: string, caption: string): HTMLElement {
  const figure = document.createElement('figure');
  addCaption(figure, title, caption);
  parent.append(figure);
  return figure;
}

function addCaption(figure: HTMLElement, title: string, text: string): void {
  const heading = document.createElement('h3');
  heading.textContent = title;
  const caption = document.createElement('figcaption');
  caption.textContent = text;
  figure.append(heading, caption);
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}
