import { flatten, globalAveragePool, relu } from '@spectrain/graph';
import type { Model } from '../models/layers.js';
import { mlp } from '../models/mlp.js';

/** Two convolutions with batch normalisation, the second one with stride 2. */
export const smallCnn: Model = (nn, x, classes) => {
  const first = relu(nn.batchNorm('bn1', nn.conv('conv1', x, 8)));
  const second = relu(nn.batchNorm('bn2', nn.conv('conv2', first, 16, { stride: 2 })));
  return nn.linear('fc', flatten(globalAveragePool(second)), classes);
};

/** What is trained on one runtime and another. */
export const sampleModels = { mlp: mlp(64, 64), cnn: smallCnn };
