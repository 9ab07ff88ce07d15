import { add, flatten, globalAveragePool, relu, type Value } from '@spectrain/graph';
import type { Layers, Model } from './layers.js';

/**
 * Pre-activation wide residual network WRN-d-k (Zagoruyko and Komodakis, arXiv 1605.07146) for images `[3, 32, 32]`:
 * 3x3 convolution to 16 channels; three groups of n = (depth - 4) / 6 blocks with 16k, 32k, 64k channels and strides
 * 1, 2, 2; batch norm, ReLU, mean over the plane, linear. No dropout.
 */
export function wrn(depth: number, width: number): Model {
  const blocks = (depth - 4) / 6;
  return (nn, x, classes) => {
    let h = nn.conv('conv', x, 16);
    [16, 32, 64].forEach((channels, group) => {
      for (let block = 0; block < blocks; block++) {
        const stride = group > 0 && block === 0 ? 2 : 1;
        h = residualBlock(nn, `groups.${group}.${block}`, h, channels * width, stride);
      }
    });
    h = relu(nn.batchNorm('bn', h));
    return nn.linear('fc', flatten(globalAveragePool(h)), classes);
  };
}

/** BN, ReLU, conv, BN, ReLU, conv, plus the input; where shapes change, plus a 1x1 convolution of the activated input. */
function residualBlock(nn: Layers, name: string, x: Value, channels: number, stride: number): Value {
  const activated = relu(nn.batchNorm(`${name}.bn1`, x));
  const h = nn.conv(`${name}.conv1`, activated, channels, { stride });
  const residual = nn.conv(`${name}.conv2`, relu(nn.batchNorm(`${name}.bn2`, h)), channels);
  const sameShape = x.shape[1] === channels && stride === 1;
  const shortcut = sameShape ? x : nn.conv(`${name}.shortcut`, activated, channels, { kernel: 1, stride });
  return add(residual, shortcut);
}
