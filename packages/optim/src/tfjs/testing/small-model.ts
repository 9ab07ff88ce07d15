import { matMul, sin, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { randomNumbers } from './variables.js';

/** Two dense layers, `hidden_layer` and `output`, with the same weights every time. */
export function smallModel(): Sequential {
  const seeded = (seed: number) => initializers.glorotUniform({ seed });
  return sequential({
    layers: [
      layers.dense({
        name: 'hidden_layer',
        units: 8,
        activation: 'tanh',
        inputShape: [2],
        kernelInitializer: seeded(1),
      }),
      layers.dense({ name: 'output', units: 1, kernelInitializer: seeded(2) }),
    ],
  });
}

/** Points in the square and `sin(3 (x0 + x1))` there. */
export function samples(count: number, seed = 5): { readonly x: Tensor; readonly y: Tensor } {
  const random = randomNumbers(seed);
  const x = tensor2d(Array.from({ length: count }, () => [random(), random()]));
  const y = tidy(() => sin(matMul(x, tensor2d([[3], [3]]))));
  return { x, y };
}

/** All weights of a model, one after another. */
export function weightsOf(model: Sequential): number[] {
  return model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
}
