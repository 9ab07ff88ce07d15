import type { OptimizerSpec } from '@spectrain/optim';
import {
  batchLabels,
  buildModel,
  type ClassificationDataset,
  compileProgram,
  epochOrder,
  fillBatch,
  nodeRuntime,
  TrainStep,
} from '@spectrain/train';
import { type Probe, type ProbeContext, type ProbeLine, Probes } from '../probes/probe.js';

export interface TrainOptions {
  readonly data: ClassificationDataset;
  readonly model: string;
  readonly optimizer: OptimizerSpec;
  readonly probes: readonly Probe[];
  readonly steps: number;
  readonly batchSize: number;
  readonly stepsPerEpoch?: number;
}

/** Trains on a data set, as a loop with probes does, and returns the lines. */
export async function trainWithProbes(options: TrainOptions): Promise<ProbeLine[]> {
  const { data, optimizer, steps, batchSize, stepsPerEpoch = 50 } = options;
  const program = compileProgram(buildModel(options.model, data.shape), data.shape, data.classes);
  const step = await TrainStep.create({ program, optimizer, runtime: nodeRuntime({ threads: 1 }) });
  const probes = new Probes(options.probes);
  const lines: ProbeLine[] = [];
  const order = epochOrder(data.train.labels.length, 0, 0);
  const batchAt = (start: number) => {
    const indices = Uint32Array.from({ length: batchSize }, (_, i) => order[(start + i) % order.length]!);
    const x = new Float32Array(batchSize * data.shape.reduce((a, b) => a * b, 1));
    const { normalization } = data;
    fillBatch(data.train, indices, x, { shape: data.shape, normalization });
    return { x, labels: batchLabels(data.train, indices) };
  };
  const fixed = batchAt(0);
  for (let t = 1; t <= steps; t++) {
    const epoch = Math.ceil(t / stepsPerEpoch);
    const context: ProbeContext = {
      step: t,
      epoch,
      model: step,
      spec: optimizer,
      logits: (x, count) => step.predict(x, count),
      backward: () => step.backward(fixed.x, fixed.labels),
    };
    const { x, labels } = batchAt(t * batchSize);
    probes.beforeStep(context);
    await step.step(x, labels, { epoch: epoch - 1, stepsPerEpoch });
    lines.push(...(await probes.afterStep(context)));
    if (t % stepsPerEpoch === 0) lines.push(...(await probes.afterEpoch(context)));
  }
  await step.dispose();
  return lines;
}
