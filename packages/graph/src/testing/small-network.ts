import { differentiate } from '../differentiate.js';
import { Graph } from '../graph/graph.js';
import { batchNormalization } from '../operators/batch-normalization.js';
import { conv } from '../operators/conv.js';
import { relu } from '../operators/elementwise.js';
import { gemm } from '../operators/mat-mul.js';
import { globalAveragePool } from '../operators/pool.js';
import { flatten } from '../operators/shape.js';
import { softmaxCrossEntropy } from '../operators/softmax.js';

/** A small network with its gradients. */
export function smallNetwork(): Graph {
  const graph = new Graph({ name: 'net' });
  const x = graph.input('x', ['n', 2, 5, 5]);
  const labels = graph.input('labels', ['n'], 'int64');
  const w = graph.constant(
    Array.from({ length: 54 }, (_, i) => Math.sin(i)),
    { shape: [3, 2, 3, 3], name: 'w' },
  );
  const [one, zero] = [graph.constant([1, 1, 1]), graph.constant([0.1, 0, -0.1])];
  const y = relu(batchNormalization(conv(x, w, { pads: 1, strides: [2, 2] }), one, zero, zero, one));
  const logits = gemm(
    flatten(globalAveragePool(y)),
    graph.constant(new Float32Array(9).fill(0.3), { shape: [3, 3] }),
  );
  const loss = softmaxCrossEntropy(logits, labels);
  const [dw] = differentiate(loss, [w]);
  for (const [name, value] of Object.entries({ logits, loss, dw, again: loss, x_too: x, w_too: w }))
    graph.output(name, value!);
  return graph;
}
