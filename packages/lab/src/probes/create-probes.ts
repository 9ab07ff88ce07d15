import {
  BoundaryProbe,
  CurvatureProbe,
  type Frequency,
  GainProbe,
  PredictionsProbe,
  type Probe,
  Probes,
  SpectrumProbe,
  SplitProbe,
  TemporalProbe,
} from '@spectrain/spectral';
import {
  type BoundaryData,
  boundaryGrid,
  type ClassificationDataset,
  type Dataset,
  fillBatch,
  type SinesData,
  type Split,
  syntheticData,
} from '@spectrain/train';
import { median } from 'simple-statistics';
import type { ProbeSettings } from '../run-config/run-config.js';
import { isPlane, type ProbeName } from './probe-settings.js';

/** Cells of the grid on either side. */
const gridSide = 64;
/** Examples that are looked at: those of the split are compared with each other. */
const mostPredictions = 1000;
const mostTraining = 500;
const mostSplit = 128;
/** Widths of the Gaussian filter, in parts of the median squared distance of two examples. */
const relativeWidths = [0.02, 0.05, 0.1];

/** The probes of a run, which `requireProbes` has let through. */
export function createProbes(settings: readonly ProbeSettings[], task: string, data: Dataset): Probes {
  return new Probes(
    settings.map(({ name, every }) =>
      factories[name as ProbeName](every === undefined ? {} : { every }, task, data),
    ),
  );
}

type Options = Pick<ProbeSettings, 'every'>;
type Factory = (options: Options, task: string, data: Dataset) => Probe;

const factories: Readonly<Record<ProbeName, Factory>> = {
  gain: (options) => new GainProbe(options),
  temporal: (options) => new TemporalProbe(options),
  curvature: (options) => new CurvatureProbe(options),
  function: (options, task, data) =>
    data.kind === 'regression' ? spectrumProbe(options, task, data) : splitProbe(options, data),
  boundary: (options, task, data) =>
    isPlane(task) ? boundaryProbe(options, task, data) : predictionsProbe(options, 'epochs', data),
  predictions: (options, _, data) => predictionsProbe({ every: 100, ...options }, 'steps', data),
};

/** At the training points without their noise: on an even grid the coefficients are those of a DFT. */
function spectrumProbe(options: Options, task: string, data: Dataset): Probe {
  const synthetic = syntheticData(task);
  if (!('components' in synthetic)) throw new RangeError(`function: ${task} has no spectrum`);
  const { data: whole, components, truth } = synthetic as SinesData;
  const { inputs: x, targets } = whole.train;
  const [dimensions = 1] = whole.shape;
  return new SpectrumProbe({
    ...options,
    inputs: firstInputs(whole.train, targets.length, data),
    count: targets.length,
    positions: x,
    target: Float64Array.from(targets, (_, i) => truth(x.subarray(i * dimensions, (i + 1) * dimensions))),
    frequencies: frequenciesOf(components),
  });
}

/** Each once, from low to high, without those of amplitude 0: on a line a number, in the plane a vector. */
function frequenciesOf(components: SinesData['components']): Frequency[] {
  const own = new Map<string, Frequency>();
  for (const { frequency, amplitude } of components)
    if (amplitude !== 0) own.set(frequency.join(), frequency.length === 1 ? frequency[0]! : frequency);
  const length = (frequency: Frequency) => Math.hypot(...[frequency].flat());
  return [...own.values()].sort((a, b) => length(a) - length(b));
}

function splitProbe(options: Options, data: Dataset): Probe {
  const { test, classes } = asClasses(data);
  const examples = firstExamples(test, mostSplit, data);
  const scale = medianSquaredDistance(examples.inputs, examples.count);
  return new SplitProbe({
    ...options,
    ...examples,
    classes,
    deltas: relativeWidths.map((width) => width * scale),
  });
}

function boundaryProbe(options: Options, task: string, data: Dataset): Probe {
  const synthetic = syntheticData(task);
  if (!('domain' in synthetic)) throw new RangeError(`boundary: ${task} has no boundary in the plane`);
  const boundary = synthetic as BoundaryData;
  const { inputs, labels, covered } = boundaryGrid(boundary, gridSide);
  const [x, y] = [boundary.domain, boundary.domain];
  return new BoundaryProbe({
    ...options,
    grid: { columns: gridSide, rows: gridSide, x, y },
    inputs: firstInputs({ inputs }, labels.length, data),
    truth: labels,
    covered,
    classes: 2,
  });
}

function predictionsProbe(options: Options, unit: Probe['unit'], data: Dataset): Probe {
  const { train, test, classes } = asClasses(data);
  return new PredictionsProbe({
    ...options,
    unit,
    classes,
    ...firstExamples(test, mostPredictions, data),
    training: firstExamples(train, mostTraining, data),
  });
}

/** Up to `most` of the first examples, with their classes. */
function firstExamples(split: ClassificationDataset['test'], most: number, data: Dataset) {
  const count = Math.min(most, split.labels.length);
  return { inputs: firstInputs(split, count, data), count, labels: split.labels.subarray(0, count) };
}

function asClasses(data: Dataset): ClassificationDataset {
  if (data.kind === 'regression') throw new RangeError(`${data.name} has no classes`);
  return data;
}

/** The first `count` examples as the network takes them. */
function firstInputs(
  split: Pick<Split, 'inputs'>,
  count: number,
  { shape, normalization }: Dataset,
): Float32Array {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  fillBatch(
    split,
    Uint32Array.from({ length: count }, (_, i) => i),
    inputs,
    { shape, normalization },
  );
  return inputs;
}

/** Of two examples; 1 where there are not two that differ, and no width means anything. */
function medianSquaredDistance(inputs: Float32Array, count: number): number {
  const size = inputs.length / count;
  const distances: number[] = [];
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let d = 0; d < size; d++) distance += (inputs[i * size + d]! - inputs[j * size + d]!) ** 2;
      distances.push(distance);
    }
  return distances.length > 0 ? median(distances) || 1 : 1;
}
