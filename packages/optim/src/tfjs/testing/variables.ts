import { dispose, type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';

import type { StepInfo } from '../../index.js';
import type { SpectrainOptimizer } from '../index.js';

let count = 0;

/** Named arrays as variables, and their names in TensorFlow.js, which are unique in a process. */
export function variablesOf<Name extends string>(
  values: Readonly<Record<Name, readonly number[]>>,
): Readonly<Record<Name, Variable>> {
  const scope = `v${++count}`;
  const entries = Object.entries<readonly number[]>(values).map(([name, numbers]) => {
    const initial = tensor([...numbers]);
    const created = variable(initial, true, `${scope}/${name}`);
    initial.dispose();
    return [name, created];
  });
  return Object.fromEntries(entries);
}

/** Gradients of some of these variables, by their names in TensorFlow.js. */
export function gradientsOf(
  variables: Readonly<Record<string, Variable>>,
  values: Readonly<Record<string, readonly number[]>>,
): Record<string, Tensor> {
  const entries = Object.entries(values).map(([name, numbers]) => [
    variables[name]!.name,
    tensor([...numbers]),
  ]);
  return Object.fromEntries(entries);
}

/** Does a step on gradients of some of these variables. */
export function step(
  optimizer: SpectrainOptimizer,
  variables: Readonly<Record<string, Variable>>,
  values: Readonly<Record<string, readonly number[]>>,
  info: StepInfo = {},
): void {
  const gradients = gradientsOf(variables, values);
  try {
    optimizer.applyGradients(gradients, info);
  } finally {
    dispose(gradients);
  }
}

/** What variables and optimizer hold, as one value to compare. */
export async function snapshot(
  optimizer: SpectrainOptimizer,
  variables: Readonly<Record<string, Variable>>,
): Promise<readonly unknown[]> {
  const weights = await optimizer.getWeights();
  const tensors = [...Object.values(variables), ...weights.map(({ tensor }) => tensor)];
  const numbers = await Promise.all(tensors.map(async (each) => Array.from(await each.data())));
  return [...weights.map(({ name }) => name), optimizer.values, ...numbers];
}

/** Numbers in (-1, 1) that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
