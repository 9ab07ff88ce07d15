import type { Node, Value } from '../graph/graph.js';
import { singleOutput } from './gradient-rule.js';

/** y = one triangle of x: the same triangle of dy */
export const triluGradient = singleOutput((node: Node, dy: Value) => [
  dy.graph.add('Trilu', [dy, node.inputs[1]], node.attributes).outputs[0],
]);
