import {
  add,
  differentiate,
  Graph,
  lower,
  matMul,
  mul,
  reduceMean,
  relu,
  sub,
  tanh,
  toOnnx,
} from '@spectrain/graph';
import { allocate, createOptimizer, type OptimizerSpec } from '@spectrain/optim';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededRandom } from '../random.js';

export interface RegressionNet {
  /** One step on the whole batch; @returns the mean squared error before it. */
  step(): Promise<number>;
  /** Outputs at the inputs, before the last step's update; of the start before the first step. */
  readonly outputs: Float32Array;
}

/** A network of one input and one output, trained on fixed samples by mean squared error. */
export async function regressionNet(
  x: readonly number[],
  y: readonly number[],
  {
    hidden,
    activation,
    optimizer,
    std,
  }: {
    readonly hidden: readonly number[];
    readonly activation: 'relu' | 'tanh';
    readonly optimizer: OptimizerSpec;
    /** Of a weight, given its fan-in. */
    readonly std: (fanIn: number) => number;
  },
): Promise<RegressionNet> {
  const widths = [1, ...hidden, 1];
  const layers = widths.slice(1).map((out, i) => ({ from: widths[i]!, out, w: `w${i}`, b: `b${i}` }));
  const lengths = Object.fromEntries(
    layers.flatMap(({ from, out, w, b }) => [
      [w, from * out],
      [b, out],
    ]),
  );
  const { params, grads } = allocate(lengths);
  const random = seededRandom(0);
  for (const { from, w, b } of layers) {
    for (let i = 0; i < params[w]!.length; i++) params[w]![i] = std(from) * random.normal();
    for (let i = 0; i < params[b]!.length; i++) params[b]![i] = std(from) * random.normal();
  }

  const graph = new Graph({ reserved: ['loss', 'outputs'] });
  const values = layers.flatMap(({ from, out, w, b }) => [
    graph.input(w, [from, out]),
    graph.input(b, [out]),
  ]);
  const act = activation === 'relu' ? relu : tanh;
  let h = graph.constant(x, { shape: [x.length, 1] });
  layers.forEach((_, i) => {
    const linear = add(matMul(h, values[2 * i]!), values[2 * i + 1]!);
    h = i < layers.length - 1 ? act(linear) : linear;
  });
  const difference = sub(h, graph.constant(y, { shape: [y.length, 1] }));
  const loss = reduceMean(mul(difference, difference), { keepDims: false });
  graph.output('outputs', h);
  graph.output('loss', loss);
  differentiate(loss, values).forEach((gradient, i) => {
    graph.output(`grad:${values[i]!.name}`, gradient);
  });

  const session = await InferenceSession.create(toOnnx(lower(graph)), { intraOpNumThreads: 1 });
  const outputs = new Float32Array(x.length);
  const lossValue = new Float32Array(1);
  const tensors = (views: Readonly<Record<string, Float32Array>>, prefix: string) =>
    Object.fromEntries(
      values.map(({ name, shape }) => [
        prefix + name,
        new Tensor('float32', views[name]!, shape as number[]),
      ]),
    );
  const feeds = tensors(params, '');
  const fetches = {
    outputs: new Tensor('float32', outputs, [x.length, 1]),
    loss: new Tensor('float32', lossValue, []),
    ...tensors(grads, 'grad:'),
  };
  const own = createOptimizer(optimizer, params);
  return {
    outputs,
    step: async () => {
      await session.run(feeds, fetches);
      own.step(grads, { loss: lossValue[0]! });
      return lossValue[0]!;
    },
  };
}
