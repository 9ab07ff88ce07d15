import { flatten, tanh, type Value } from '@spectrain/graph';
import {
  batchLabels,
  compileProgram,
  fillBatch,
  loadDataSet,
  type Model,
  mlp,
  nodeRuntime,
  TrainStep,
} from '@spectrain/train';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { FlatModel } from '../probes/flat-model.js';
import { type Gradient, hessianVectorProduct } from './hessian-vector-product.js';
import { spectrumNodes } from './spectral-density.js';
import { topEigenvalues } from './top-eigenvalues.js';
import { trace } from './trace.js';

/** 64 - 4 - 10, 310 parameters. */
const smooth: Model = (nn, x: Value, classes) =>
  nn.linear('output', tanh(nn.linear('hidden', flatten(x), 4)), classes);
const models: [string, Model][] = [
  ['tanh', smooth],
  ['ReLU', mlp(4)],
];
const count = 100;

describe.each(models)('the Hessian of a small MLP on digits, %s', async (_, model) => {
  const data = await loadDataSet('digits');
  const indices = Uint32Array.from({ length: count }, (_, i) => i);
  const x = new Float32Array(count * 64);
  fillBatch(data.train, indices, x, { shape: data.shape, normalization: data.normalization });
  const labels = batchLabels(data.train, indices);
  const step = await TrainStep.create({
    program: compileProgram(model, data.shape, data.classes),
    optimizer: { kind: 'adam', lr: 0.01 },
    runtime: nodeRuntime({ threads: 1 }),
  });
  let theta: Float64Array;
  let hessian: Matrix;
  let falling: number[];

  beforeAll(async () => {
    for (let t = 0; t < 50; t++) await step.step(x, labels, { epoch: 0, stepsPerEpoch: 50 });
    theta = new FlatModel(step).read();
    hessian = await explicitHessian(await gradientInFloat64(), theta);
    const { realEigenvalues } = new EigenvalueDecomposition(hessian, { assumeSymmetric: true });
    falling = realEigenvalues.sort((a, b) => b - a);
  });

  /** The engine's gradient in float64. */
  async function gradientInFloat64(): Promise<Gradient> {
    const program = compileProgram(model, data.shape, data.classes, { dtype: 'float64' });
    const session = await InferenceSession.create(program.training, { intraOpNumThreads: 1 });
    const inputs = {
      x: new Tensor('float64', Float64Array.from(x), [count, ...data.shape]),
      labels: new Tensor('int64', labels, [count]),
    };
    const starts = [0];
    for (const { shape } of program.parameters)
      starts.push(starts.at(-1)! + shape.reduce((a, b) => a * b, 1));
    return async (flat) => {
      const parameters = program.parameters.map(({ name, shape }, i) => {
        const values = flat.subarray(starts[i], starts[i + 1]);
        return [name, new Tensor('float64', values, shape)] as const;
      });
      const outputs = await session.run({ ...inputs, ...Object.fromEntries(parameters) });
      return program.parameters.flatMap(({ name }) =>
        Array.from(outputs[`grad:${name}`]!.data as Float64Array),
      );
    };
  }

  /** Column by column, by central differences in float64. */
  async function explicitHessian(gradient: Gradient, at: Float64Array): Promise<Matrix> {
    const n = at.length;
    const product = hessianVectorProduct(gradient, at, { relativeStep: 1e-5 });
    const found = Matrix.zeros(n, n);
    for (let j = 0; j < n; j++) {
      const unit = new Float64Array(n);
      unit[j] = 1;
      found.setColumn(j, Array.from(await product(unit)));
    }
    return found.add(found.transpose()).mul(0.5);
  }

  const inFloat32 = () => {
    const flat = new FlatModel(step);
    return hessianVectorProduct(async (at) => {
      flat.write(at);
      await step.backward(x, labels);
      return flat.gradients();
    }, theta);
  };

  it('has the top eigenvalues within 1 %, from gradients in float32', async () => {
    const { top, bottom } = await topEigenvalues(inFloat32(), theta.length, 5, { steps: 40 });
    expect(Math.abs(bottom.value - falling.at(-1)!)).toBeLessThan(0.01 * falling[0]!);
    top.forEach(({ value }, i) => {
      expect(Math.abs(value / falling[i]! - 1)).toBeLessThan(0.01);
    });
  });

  it('has the trace within its error, and the density its second moment', async () => {
    const product = inFloat32();
    const { trace: found, error } = await trace(product, theta.length, { probes: 64 });
    expect(Math.abs(found - hessian.trace())).toBeLessThan(4 * error!);
    expect(error! / hessian.trace()).toBeLessThan(0.05);
    const nodes = await spectrumNodes(product, theta.length, { probes: 16, steps: 20 });
    const second = nodes.reduce((sum, { eigenvalue, weight }) => sum + weight * eigenvalue ** 2, 0);
    const exact = falling.reduce((sum, value) => sum + value ** 2, 0) / falling.length;
    expect(Math.abs(second / exact - 1)).toBeLessThan(0.25);
  });
});
