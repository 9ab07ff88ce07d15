import { flatten, relu } from '@spectrain/graph';
import type { Model } from './layers.js';

/**
 * Fully connected network: flatten, then for each width linear and ReLU, then linear to the classes.
 * Hidden weights start normal with variance 2 / fan-in (He), all biases 0.
 */
export function mlp(...hidden: readonly number[]): Model {
  return (nn, x, classes) => {
    let h = flatten(x);
    hidden.forEach((units, i) => {
      const std = Math.sqrt(2 / Number(h.shape[1]));
      h = relu(nn.linear(`hidden.${i}`, h, units, { kind: 'normal', std }));
    });
    return nn.linear('output', h, classes);
  };
}
