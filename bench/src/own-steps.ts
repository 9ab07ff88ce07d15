import {
  blockOfChannels,
  buildModel,
  compileProgram,
  nodeRuntime,
  randomStream,
  suggestedThreads,
  TrainStep,
} from '@spectrain/train';

/** What one side is asked to do: `steps` training steps. */
export interface Work {
  /** `mlp-INPUTS-HIDDEN-...-CLASSES`, `wrn-DEPTH-WIDTH` or `transformer-LAYERS-WIDTH`. */
  readonly model: string;
  readonly batch: number;
  readonly steps: number;
  readonly threads: number;
}

/** A network as our side names it, and what it is trained on. */
export interface Network {
  /** As in `buildModel`: without the widths of inputs and outputs. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly labelShape: readonly number[];
  readonly classes: number;
}

export const optimizer = { kind: 'momentum', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 } as const;

/** The network of a model's name, on the examples that the bench of steps uses. */
export function networkOf(model: string): Network {
  const [kind, ...sizes] = model.split('-');
  if (kind === 'transformer') return { name: model, shape: [64], labelShape: [64], classes: 80 };
  if (kind === 'wrn') return { name: model, shape: [3, 32, 32], labelShape: [], classes: 10 };
  return {
    name: ['mlp', ...sizes.slice(1, -1)].join('-'),
    shape: [Number(sizes[0])],
    labelShape: [],
    classes: Number(sizes.at(-1)),
  };
}

/** Our side: the compiled step, and random data to train on. */
export async function prepareStep(
  { model, batch, threads }: Omit<Work, 'steps'>,
  { name, shape, labelShape, classes }: Network = networkOf(model),
) {
  const block = await blockOfChannels(nodeRuntime());
  const program = compileProgram(buildModel(name, shape, labelShape), shape, classes, {
    batchSize: batch,
    block,
  });
  const runtime = nodeRuntime({ threads: Math.min(threads, suggestedThreads(program, batch)) });
  const step = await TrainStep.create({ program, optimizer, runtime });
  const random = randomStream(0, 'bench');
  const sizeOf = (dims: readonly number[]) => dims.reduce((a, b) => a * b, batch);
  const x = new Float32Array(sizeOf(shape));
  random.fillNormal(x, 1);
  if (labelShape.length > 0) for (let i = 0; i < x.length; i++) x[i] = random.int(classes);
  const labels = BigInt64Array.from({ length: sizeOf(labelShape) }, () => BigInt(random.int(classes)));
  const take = () => step.step(x, labels, { epoch: 0, stepsPerEpoch: 1 });
  return {
    step,
    x,
    labels,
    take,
    /** Takes training steps on the random data. @returns seconds */
    async run(steps: number): Promise<number> {
      const started = performance.now();
      for (let i = 0; i < steps; i++) await take();
      return (performance.now() - started) / 1000;
    },
  };
}
