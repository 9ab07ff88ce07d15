import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// The gradients of the operators come with it.
import '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { optimizer } from './own-steps.js';

/** Takes one training step, and returns the loss before it. */
export type TrainingStepper = () => Promise<number>;

/** A network with its initial weights, as our side names and lays them out, and the batch to train it on. */
export interface Training {
  /** `mlp-INPUTS-HIDDEN-...-CLASSES` or `wrn-DEPTH-WIDTH`. */
  readonly model: string;
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly x: Float32Array;
  /** Of the batch: `[n, ...]`. */
  readonly shape: readonly number[];
  readonly labels: readonly number[];
  readonly classes: number;
}

export const stepPeers: Readonly<Record<string, (training: Training) => Promise<TrainingStepper>>> = {
  jax: jaxStepper,
  'tfjs-cpu': (training) => tensorFlowStepper('cpu', training),
  'tfjs-wasm': (training) => tensorFlowStepper('wasm', training),
};

/** The values of a tensor with its axes in another order. */
function transposed(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new Float32Array(values.length);
  const dims = order.map((axis) => shape[axis]!);
  for (let i = 0; i < result.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += (rest % dims[axis]!) * strides[order[axis]!]!;
      rest = Math.floor(rest / dims[axis]!);
    }
    result[i] = values[from]!;
  }
  return result;
}

/** Calls back for each block of a WRN, with its name and stride. */
function eachBlock(model: string, visit: (name: string, stride: number) => void): void {
  const blocks = (Number(model.split('-')[1]) - 4) / 6;
  for (let group = 0; group < 3; group++)
    for (let block = 0; block < blocks; block++)
      visit(`groups.${group}.${block}`, group > 0 && block === 0 ? 2 : 1);
}

const linearNames = (names: readonly string[]) =>
  names.filter((name) => name.endsWith('.weight')).map((name) => name.slice(0, -'.weight'.length));
const epsilon = 1e-5;

/** Eager, as TensorFlow.js is. Images and kernels are laid out as it has them: channels last. */
async function tensorFlowStepper(
  backend: 'cpu' | 'wasm',
  { model, weights, shapes, x, shape, labels, classes }: Training,
): Promise<TrainingStepper> {
  const path = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(path)}/`);
  await tf.setBackend(backend);
  await tf.ready();
  tf.disposeVariables();
  const orders: Record<number, number[]> = { 1: [0], 2: [1, 0], 4: [2, 3, 1, 0] };
  const variables: Record<string, tf.Variable> = {};
  for (const [name, dims] of Object.entries(shapes)) {
    const order = orders[dims.length]!;
    const values = tf.tensor(
      transposed(weights[name]!, dims, order),
      order.map((axis) => dims[axis]!),
    );
    variables[name] = tf.variable(values, true, `${backend} ${model} ${name}`);
    values.dispose();
  }
  const get = <T extends tf.Tensor>(name: string) => variables[name] as unknown as T;
  const imageOrder = [0, 2, 3, 1];
  const input =
    shape.length === 4
      ? tf.tensor(
          transposed(x, shape, imageOrder),
          imageOrder.map((axis) => shape[axis]!),
        )
      : tf.tensor(x, [...shape]);
  const target = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d([...labels], 'int32'), classes), 'float32'));

  const linear = (name: string, h: tf.Tensor) =>
    tf.add(tf.matMul(h, get(`${name}.weight`)), get(`${name}.bias`));
  const conv = (name: string, h: tf.Tensor, stride: number) => {
    const kernel = get<tf.Tensor4D>(`${name}.weight`);
    return tf.conv2d(h as tf.Tensor4D, kernel, stride, kernel.shape[0] === 3 ? 1 : 0);
  };
  const batchNorm = (name: string, h: tf.Tensor) => {
    const { mean, variance } = tf.moments(h, [0, 1, 2]);
    return tf.batchNorm(
      h,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      get(`${name}.bias`),
      get(`${name}.weight`),
      epsilon,
    );
  };
  const logits = (): tf.Tensor => {
    let h: tf.Tensor = input;
    if (model.startsWith('mlp')) {
      const names = linearNames(Object.keys(shapes));
      for (const name of names.slice(0, -1)) h = tf.relu(linear(name, h));
      return linear(names.at(-1)!, h);
    }
    h = conv('conv', h, 1);
    eachBlock(model, (name, stride) => {
      const active = tf.relu(batchNorm(`${name}.bn1`, h));
      const middle = tf.relu(batchNorm(`${name}.bn2`, conv(`${name}.conv1`, active, stride)));
      const shortcut = variables[`${name}.shortcut.weight`] ? conv(`${name}.shortcut`, active, stride) : h;
      h = tf.add(conv(`${name}.conv2`, middle, 1), shortcut);
    });
    return linear('fc', tf.mean(tf.relu(batchNorm('bn', h)), [1, 2]));
  };
  const update = tf.train.momentum(optimizer.lr, optimizer.momentum);
  const list = Object.values(variables);
  return async () => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(target, logits()) as tf.Scalar,
        list,
      );
      const decayed = list.map((variable) => ({
        name: variable.name,
        tensor: tf.add(grads[variable.name]!, tf.mul(variable, optimizer.weightDecay)),
      }));
      update.applyGradients(decayed);
      return value.dataSync()[0]!;
    });
  };
}

type Arrays = Record<string, np.Array>;

/** The whole step as one jitted function, on wasm. Images stay as they are: channels first. */
async function jaxStepper({
  model,
  weights,
  shapes,
  x,
  shape,
  labels,
  classes,
}: Training): Promise<TrainingStepper> {
  // It asks for the browser's name, which Node has from version 21 on.
  if (!('navigator' in globalThis))
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node' }, configurable: true });
  await init('wasm');
  const array = (values: Float32Array, dims: readonly number[]) => np.array(values).reshape([...dims]);
  let parameters: Arrays = {};
  let moments: Arrays = {};
  for (const [name, dims] of Object.entries(shapes)) {
    parameters[name] =
      dims.length === 2
        ? array(transposed(weights[name]!, dims, [1, 0]), [dims[1]!, dims[0]!])
        : array(weights[name]!, dims);
    moments[name] = np.zeros(parameters[name].shape);
  }
  const input = array(x, shape);
  const hot = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    hot[i * classes + label] = 1;
  });
  const target = array(hot, [labels.length, classes]);

  const linear = (p: Arrays, name: string, h: np.Array) =>
    np.matmul(h, p[`${name}.weight`]!.ref).add(p[`${name}.bias`]!.ref);
  const conv = (p: Arrays, name: string, h: np.Array, stride: number) => {
    const pad = shapes[`${name}.weight`]![2] === 3 ? 1 : 0;
    return lax.conv(
      h,
      p[`${name}.weight`]!.ref,
      [stride, stride],
      [
        [pad, pad],
        [pad, pad],
      ],
    );
  };
  const batchNorm = (p: Arrays, name: string, h: np.Array) => {
    const channels = [1, h.shape[1]!, 1, 1];
    const mean = np.mean(h.ref, [0, 2, 3], { keepdims: true });
    const centred = h.sub(mean);
    const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
    const scale = p[`${name}.weight`]!.ref.reshape(channels).div(np.sqrt(variance.add(epsilon)));
    return centred.mul(scale).add(p[`${name}.bias`]!.ref.reshape(channels));
  };
  const logits = (p: Arrays, given: np.Array): np.Array => {
    let h = given;
    if (model.startsWith('mlp')) {
      const names = linearNames(Object.keys(shapes));
      for (const name of names.slice(0, -1)) h = nn.relu(linear(p, name, h));
      return linear(p, names.at(-1)!, h);
    }
    h = conv(p, 'conv', h, 1);
    eachBlock(model, (name, stride) => {
      const same = !shapes[`${name}.shortcut.weight`];
      const active = nn.relu(batchNorm(p, `${name}.bn1`, same ? h.ref : h));
      const shortcut = same ? h : conv(p, `${name}.shortcut`, active.ref, stride);
      const middle = nn.relu(batchNorm(p, `${name}.bn2`, conv(p, `${name}.conv1`, active, stride)));
      h = conv(p, `${name}.conv2`, middle, 1).add(shortcut);
    });
    return linear(p, 'fc', np.mean(nn.relu(batchNorm(p, 'bn', h)), [2, 3]));
  };
  const lossOf = (p: Arrays, given: np.Array, wanted: np.Array): np.Array => {
    const loss = nn
      .logSoftmax(logits(p, given), -1)
      .mul(wanted)
      .sum()
      .mul(-1 / labels.length);
    tree.dispose(p);
    return loss;
  };
  const update = jit(
    (p: Arrays, m: Arrays, given: np.Array, wanted: np.Array): [np.Array, Arrays, Arrays] => {
      const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(p) as Arrays, given, wanted) as [
        np.Array,
        Arrays,
      ];
      const next: [Arrays, Arrays] = [{}, {}];
      for (const name of Object.keys(p)) {
        const decayed = gradients[name]!.add(p[name]!.ref.mul(optimizer.weightDecay));
        const moment = m[name]!.mul(optimizer.momentum).add(decayed);
        next[0][name] = p[name]!.sub(moment.ref.mul(optimizer.lr));
        next[1][name] = moment;
      }
      return [loss, ...next];
    },
  );
  return async () => {
    const [loss, ...next] = update(parameters, moments, input.ref, target.ref) as [np.Array, Arrays, Arrays];
    [parameters, moments] = next;
    const [value] = await loss.data();
    for (const name in parameters) await parameters[name]!.blockUntilReady();
    return value!;
  };
}
