import { init, jit, numpy as np } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** Takes one step over a parameter, and waits for it. */
export type Stepper = () => void | Promise<void>;

export interface Arrays {
  readonly theta: Float32Array;
  readonly gradient: Float32Array;
}

/** Adam in TensorFlow.js, as it comes. */
export async function tensorFlowAdam(backend: 'cpu' | 'wasm', { theta, gradient }: Arrays): Promise<Stepper> {
  const path = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(path)}/`);
  await tf.setBackend(backend);
  await tf.ready();
  const variable = tf.variable(tf.tensor1d(theta), true, `theta-${backend}`);
  const gradients = [{ name: variable.name, tensor: tf.tensor1d(gradient) }];
  const optimizer = tf.train.adam(1e-3);
  return async () => {
    await tf.setBackend(backend);
    optimizer.applyGradients(gradients);
  };
}

export function freeTensorFlow(): void {
  tf.disposeVariables();
}

/** Adam in jax-js: the update as one jitted function, on wasm. */
export async function jaxAdam({ theta, gradient }: Arrays): Promise<Stepper> {
  await init('wasm');
  const [beta1, beta2] = [0.9, 0.999];
  const update = jit((theta: np.Array, g: np.Array, m: np.Array, v: np.Array, t: np.Array) => {
    const nextM = m.mul(beta1).add(g.ref.mul(1 - beta1));
    const nextV = v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2));
    const [scale1, scale2] = [t.ref.slice(0), t.slice(1)];
    const step = nextM.ref.mul(scale1).div(np.sqrt(nextV.ref.mul(scale2)).add(1e-8));
    return [theta.sub(step.mul(1e-3)), nextM, nextV] as [np.Array, np.Array, np.Array];
  });
  const g = np.array(gradient);
  let state: [np.Array, np.Array, np.Array] = [
    np.array(theta),
    np.zeros([theta.length]),
    np.zeros([theta.length]),
  ];
  let t = 0;
  return async () => {
    t++;
    const scales = np.array([1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)]);
    const [parameter, m, v] = state;
    state = update(parameter, g.ref, m, v, scales);
    await state[0].blockUntilReady();
  };
}
