import {
  type AlignmentPoint,
  agreementWithFinal,
  type BoundaryLine,
  boundaryPoints,
  type CurvatureLine,
  cellAt,
  type GainLine,
  type Grid,
  type Points,
  type PredictionsLine,
  type SpectrumLine,
  type SplitLine,
  spectralDensity,
  type TemporalLine,
  theoreticalGain,
} from '@spectrain/spectral';
import { type BoundaryData, boundaryGrid, syntheticData } from '@spectrain/train';
import { mean } from 'simple-statistics';
import { isPlane } from '../probes/probe-settings.js';
import { readProbeLines, type Seen } from '../store/probe-lines.js';
import type { StoredRun } from '../store/run-folder.js';

/** What the report draws of the probes of a run, as little as the figures need. */
export interface ProbeView {
  readonly optimizer: string;
  readonly seed: number;
  /** Of the last look. */
  readonly gain?: readonly { readonly v: number; readonly gain: number; readonly theory?: number }[];
  /** Of the last window. */
  readonly temporal?: readonly {
    readonly frequency: number;
    readonly gain: number | null;
    readonly theory: number;
    readonly gradients: number;
    readonly updates: number;
  }[];
  /** Of all windows, where there are two or more: log2 of the transfer gain over that of the first moment alone. */
  readonly spectrogram?: readonly {
    readonly step: number;
    readonly frequency: number;
    readonly gain: number;
  }[];
  readonly spectrum?: readonly {
    readonly step: number;
    /** A vector as `3, -2`. */
    readonly frequency: number | string;
    readonly learned: number;
  }[];
  readonly split?: readonly {
    readonly step: number;
    readonly part: 'low' | 'high';
    readonly error: number;
  }[];
  /** Of the last look. */
  readonly curvature?: readonly { readonly eigenvalue: number; readonly density: number }[];
  readonly boundary?: {
    readonly domain: readonly [low: number, high: number];
    readonly truth: Points;
    readonly looks: readonly {
      readonly epoch: number;
      readonly agreement: number;
      readonly points: Points;
    }[];
  };
  readonly predictions?: readonly AlignmentPoint[];
}

/** Of the first seed of each optimizer that was completed, so that the page stays light. */
export async function probeViews(runs: readonly StoredRun[]): Promise<readonly ProbeView[]> {
  const first = new Map<string, StoredRun>();
  for (const run of runs)
    if (run.config.probes && run.status === 'completed' && !first.has(run.config.optimizer))
      first.set(run.config.optimizer, run);
  return Promise.all([...first.values()].map(viewOf));
}

async function viewOf({ folder, config }: StoredRun): Promise<ProbeView> {
  const lines = await readProbeLines(folder);
  const of = <T>(name: string) => (lines.get(name) ?? []) as readonly Seen<T>[];
  const looks = of<SpectrumLine | SplitLine>('function');
  const gain = of<GainLine>('gain').at(-1);
  const windows = of<TemporalLine>('temporal');
  const temporal = windows.at(-1);
  const curvature = of<CurvatureLine>('curvature').at(-1);
  const boundary = of<BoundaryLine>('boundary');
  const predictions = of<PredictionsLine>('predictions');
  const spectrum = thinned(looks.flatMap((line) => (line.kind === 'spectrum' ? [line] : [])));
  const split = thinned(looks.flatMap((line) => (line.kind === 'split' ? [line] : [])));
  const isMatched = 'gain' in config.spec && config.spec.gain === 'matched';
  return {
    optimizer: config.optimizer,
    seed: config.seed,
    ...(gain && { gain: gainPoints(gain, isMatched) }),
    ...(temporal && {
      temporal: temporal.points.map(({ frequency, gain: own, theory, input, output }) => ({
        frequency,
        gain: own === null ? null : short(own),
        theory: short(theory),
        gradients: short(input),
        updates: short(output),
      })),
    }),
    ...(windows.length > 1 && { spectrogram: thinned(windows).flatMap(spectrogramCells) }),
    ...(spectrum.length > 0 && { spectrum: spectrum.flatMap(learnedCells) }),
    ...(split.length > 0 && { split: split.flatMap(splitPoints) }),
    ...(curvature && {
      curvature: spectralDensity(curvature.nodes).map(({ eigenvalue, density }) => ({
        eigenvalue: short(eigenvalue),
        density: short(density),
      })),
    }),
    ...(boundary.length > 0 && isPlane(config.task) && { boundary: boundaryView(config.task, boundary) }),
    ...(predictions.length > 0 && { predictions: agreementWithFinal(thinned(predictions)) }),
  };
}

/** Measured bins beside `1 / (v^p + eps)`; matched gain is that times a factor, which is taken from the bins. */
function gainPoints({ bins, p, eps }: GainLine, isMatched: boolean): NonNullable<ProbeView['gain']> {
  const points = bins.flatMap(({ secondMoment: v, gain }) =>
    gain === null || gain <= 0 ? [] : [{ v, gain }],
  );
  if (p === undefined || points.length === 0)
    return points.map(({ v, gain }) => ({ v: short(v), gain: short(gain) }));
  const factor = isMatched
    ? Math.exp(mean(points.map(({ v, gain }) => Math.log(gain / theoreticalGain(v, p, eps)))))
    : 1;
  return points.map(({ v, gain }) => ({
    v: short(v),
    gain: short(gain),
    theory: short(factor * theoreticalGain(v, p, eps)),
  }));
}

/** At most so many rows of a spectrogram. */
const mostBands = 32;

function spectrogramCells({ step, points }: Seen<TemporalLine>): NonNullable<ProbeView['spectrogram']> {
  const perBand = Math.ceil((points.length - 1) / mostBands);
  const bands = new Map<number, number[]>();
  for (const [i, { gain, theory }] of points.entries()) {
    // Frequency 0 is left out: a mean over the window.
    if (i === 0 || !gain || !theory) continue;
    const band = Math.ceil(i / perBand) * perBand;
    bands.set(band, [...(bands.get(band) ?? []), Math.log2(gain / theory)]);
  }
  return [...bands].flatMap(([band, values]) => {
    const at = points[Math.min(band, points.length - 1)];
    return at ? [{ step, frequency: short(at.frequency), gain: short(mean(values)) }] : [];
  });
}

function learnedCells({ step, frequencies, errors }: Seen<SpectrumLine>): NonNullable<ProbeView['spectrum']> {
  return frequencies.map((frequency, k) => ({
    step,
    frequency: typeof frequency === 'number' ? short(frequency) : frequency.map(short).join(', '),
    learned: short(Math.max(0, 1 - errors[k]!)),
  }));
}

/** Of the middle one of the widths of the filter. */
function splitPoints({ step, parts }: Seen<SplitLine>): NonNullable<ProbeView['split']> {
  const middle = parts[Math.floor(parts.length / 2)];
  return (['low', 'high'] as const).flatMap((part) => {
    const error = middle?.[part] ?? null;
    return error === null ? [] : [{ step, part, error: short(error) }];
  });
}

const boundaryCells = 64;

/** At the start, when a quarter is over and at the end: most happens early. */
function boundaryView(
  task: string,
  lines: readonly Seen<BoundaryLine>[],
): NonNullable<ProbeView['boundary']> {
  const data = syntheticData(task) as BoundaryData;
  const [x, y] = [data.domain, data.domain];
  const { labels, covered } = boundaryGrid(data, boundaryCells);
  const grid: Grid = { columns: boundaryCells, rows: boundaryCells, x, y };
  const shown = [...new Set([0, Math.floor(lines.length / 4), lines.length - 1])];
  return {
    domain: data.domain,
    truth: boundaryPoints(grid, labels)
      .filter((point) => covered[cellAt(grid, point)] === 1)
      .map(shortPoint),
    looks: shown.map((i) => {
      const { epoch, agreement, points } = lines[i]!;
      return { epoch, agreement: short(agreement), points: points.map(shortPoint) };
    }),
  };
}

const mostLooks = 60;

function thinned<T>(looks: readonly T[]): readonly T[] {
  const every = Math.ceil(looks.length / mostLooks);
  return looks.filter((_, i) => i % every === 0);
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}

function shortPoint([x, y]: Points[number]): Points[number] {
  return [short(x), short(y)];
}
