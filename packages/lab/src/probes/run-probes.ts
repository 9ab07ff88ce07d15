import type { ProbeContext, ProbeLine as ProbeObservation } from '@spectrain/spectral';
import {
  batchLabels,
  countExamples,
  type Dataset,
  type Engine,
  fillBatch,
  type NextStep,
} from '@spectrain/train';
import type { RunConfig } from '../run-config/run-config.js';
import type { ProbeLine } from '../store/metrics.js';
import { createProbes } from './create-probes.js';

/** Training examples, the first ones, whose gradient `curvature` looks at. */
const sampleSize = 256;

type Backward = ProbeContext['backward'];
type WatchedEngine = Pick<Engine, 'trainStep'>;

/**
 * The probes of a run, called at their places. What they have gathered is part of a checkpoint, so that a run that goes on has
 * the lines of one that was not interrupted.
 */
export interface RunProbes {
  beforeStep(next: NextStep): void;
  afterStep(): Promise<readonly ProbeLine[]>;
  afterEpoch(done: NextStep): Promise<readonly ProbeLine[]>;
  state(): ProbeStates;
  load(states: ProbeStates): void;
}

/** What probes have gathered, by probe and name: float32 in base64, as JSON takes them. */
export type ProbeStates = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @returns nothing for a run without probes */
export function watch(
  engine: WatchedEngine,
  { probes: settings = [], task, spec, batchSize }: Pick<RunConfig, 'probes' | 'task' | 'spec' | 'batchSize'>,
  data: Dataset,
): RunProbes | undefined {
  if (settings.length === 0) return undefined;
  const { trainStep } = engine;
  if (!trainStep) throw new Error('probes: weights and gradients of this provider cannot be read');
  const probes = createProbes(settings, task, data);
  const backward = backwardOf(trainStep, data, batchSize);
  const contextAt = ({ step, epoch }: NextStep): ProbeContext => ({
    step,
    epoch,
    model: trainStep,
    spec,
    logits: (x, count) => trainStep.predict(x, count),
    backward,
  });
  let context: ProbeContext | undefined;
  return {
    beforeStep: (next) => {
      context = contextAt(next);
      probes.beforeStep(context);
    },
    afterStep: async () => (context ? (await probes.afterStep(context)).map(lineOf) : []),
    afterEpoch: async (done) => (await probes.afterEpoch(contextAt(done))).map(lineOf),
    state: () => mapValues(probes.state(), (own) => mapValues(own, toBase64)),
    load: (states) => probes.load(mapValues(states, (own) => mapValues(own, fromBase64))),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}

/** On one batch of the first training examples, not augmented. It is made when it is first asked for. */
function backwardOf(
  trainStep: NonNullable<WatchedEngine['trainStep']>,
  data: Dataset,
  batchSize: number,
): Backward {
  let run: Backward | undefined;
  return () => {
    run ??= prepare();
    return run();
  };
  function prepare(): Backward {
    const count = Math.min(countExamples(data).train, Math.max(sampleSize, batchSize));
    const indices = Uint32Array.from({ length: count }, (_, i) => i);
    const x = new Float32Array(count * data.shape.reduce((a, b) => a * b, 1));
    fillBatch(data.train, indices, x, data);
    const size = (shape: readonly number[] = []) => shape.reduce((a, b) => a * b, 1);
    const targets =
      data.kind === 'regression'
        ? data.train.targets.slice(0, count * size(data.targetShape))
        : batchLabels(data.train, indices, size(data.labelShape));
    return () => trainStep.backward(x, targets);
  }
}

function lineOf({ probe, step, ...values }: ProbeObservation): ProbeLine {
  return { kind: 'probe', probe, step, values };
}
