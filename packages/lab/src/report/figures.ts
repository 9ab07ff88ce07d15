/**
 * What the figures of the report share: data, colours, and drawing anew when the width changes. Stands in the page as it is,
 * so that it imports nothing but types; the scripts after it find it as `figures`.
 */
import type { Data, LineYOptions, Markish, PlotOptions } from '@observablehq/plot';
import type { PageData } from './report-html.js';

declare const Plot: typeof import('@observablehq/plot');

const page: PageData = JSON.parse(document.getElementById('data')?.textContent ?? '');
const keys = [...document.querySelectorAll<HTMLButtonElement>('.legend button')];
const nameOf = (key: HTMLButtonElement) => key.dataset.optimizer ?? '';
const dashes = new Map(keys.map((key) => [nameOf(key), key.dataset.dash ?? 'none']));
const colours = new Map(keys.map((key) => [nameOf(key), key.dataset.colour ?? '']));
const color = { domain: [...colours.keys()], range: [...colours.values()] };
const visible = new Set(color.domain);
const toggled: (() => void)[] = [];

for (const key of keys)
  key.addEventListener('click', () => {
    const name = nameOf(key);
    if (!visible.delete(name)) visible.add(name);
    for (const same of keys.filter((other) => nameOf(other) === name))
      same.setAttribute('aria-pressed', String(visible.has(name)));
    for (const draw of toggled) draw();
  });

/** The rows of the optimizers that are to be seen. */
function shown<T extends { readonly optimizer: string }>(rows: readonly T[]): T[] {
  return rows.filter(({ optimizer }) => visible.has(optimizer));
}

/** The lines of the optimizers, one mark for each dash, which all lines of a mark share. */
function lines(data: readonly { readonly optimizer: string }[], options: LineYOptions): readonly Markish[] {
  return [...new Set(dashes.values())].map((dash) =>
    Plot.lineY(
      data.filter(({ optimizer }) => dashes.get(optimizer) === dash),
      { z: 'optimizer', stroke: 'optimizer', ...options, strokeDasharray: dash },
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
        format: { optimizer: true, x: '.4~g', y: '.4~g', z: false },
      }),
    ),
  ];
}

/** Draws as soon as there is a width, whenever it changes and an optimizer is hidden; the function returned draws anew. */
function draw(figure: Element, options: () => PlotOptions): () => void {
  let svg: Element | undefined;
  const now = () => {
    const width = figure.clientWidth;
    const own = options();
    const next = Plot.plot({
      width,
      ...(own.aspectRatio === undefined && {
        height: Math.round(Math.max(200, Math.min(260, width * 0.62))),
      }),
      marginLeft: 52,
      marginRight: 12,
      marginBottom: 42,
      color,
      ariaLabel: figure.querySelector('h3')?.textContent ?? '',
      ariaDescription: figure.querySelector('figcaption')?.textContent ?? '',
      style: { background: 'none', fontSize: '12px' },
      ...own,
    });
    if (svg) svg.replaceWith(next);
    else figure.append(next);
    svg = next;
  };
  let drawnWidth = 0;
  new ResizeObserver(() => {
    if (figure.clientWidth === drawnWidth) return;
    drawnWidth = figure.clientWidth;
    requestAnimationFrame(now);
  }).observe(figure);
  toggled.push(now);
  return now;
}

function addFigure(parent: Element, title: string, caption: string): Element {
  const figure = document.createElement('figure');
  addCaption(figure, title, caption);
  parent.append(figure);
  return figure;
}

function addCaption(figure: Element, title: string, text: string): void {
  const heading = document.createElement('h3');
  heading.textContent = title;
  const caption = document.createElement('figcaption');
  caption.textContent = text;
  figure.append(heading, caption);
}

/** At most eight powers of ten around positive values. */
function decades(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const step = Math.ceil((high - low + 1) / 8);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
}

function short(value: number): string {
  const size = Math.abs(value);
  return size >= 1e5 || (size > 0 && size < 1e-4)
    ? value.toExponential()
    : String(Number(value.toPrecision(6)));
}

/** The experiments of the page, each with its part of it. */
const experiments = page.experiments.map((results, i) => ({
  results,
  sensitivity: page.sensitivity[i] ?? [],
  probes: page.probes[i] ?? [],
  part: document.querySelector(`[data-experiment="${i}"]`)!,
}));

export const figures = {
  experiments,
  profiles: page.profiles,
  shown,
  lines,
  tips,
  draw,
  addFigure,
  addCaption,
  decades,
  short,
};

Object.assign(globalThis, { figures });
