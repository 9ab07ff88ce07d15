import type { Graph, Node, Value } from '../graph/graph.js';
import { activationNumbers, elu, geluApproximation } from '../operators/activations.js';
import { epsilonOf } from '../operators/batch-normalization.js';
import { add, div, exp, mul, neg, sqrt, sub, tanh } from '../operators/elementwise.js';
import { groupsOf } from '../operators/normalization.js';
import { reduceMean } from '../operators/reduce.js';
import { reshape, reshapeLike } from '../operators/shape.js';
import { rebuild } from '../passes/rebuild.js';

type Lowering = (node: Node, inputs: readonly Value[]) => Value;

/** Replaces operators that ONNX Runtime has for float32 only, or computes in it, by operators that it has for float64. */
export function lowerToFloat64(graph: Graph): Graph {
  return rebuild(graph, (node, inputs) => {
    const lowering = Object.hasOwn(lowerings, node.op) ? lowerings[node.op] : undefined;
    return lowering && [lowering(node, inputs as Value[])];
  });
}

const lowerings: Readonly<Record<string, Lowering>> = {
  Celu: (node, [x]) => {
    const { alpha } = activationNumbers('Celu', node);
    return mul(elu(mul(x!, 1 / alpha)), alpha);
  },
  Erf: (_, [x]) => erfSeries(x!),
  Gelu: (node, [x]) => {
    const cube = mul(mul(x!, x!), x!);
    const t =
      geluApproximation(node) === 'none'
        ? erfSeries(mul(x!, Math.SQRT1_2))
        : tanh(mul(add(x!, mul(cube, 0.044715)), Math.sqrt(2 / Math.PI)));
    return mul(mul(x!, 0.5), add(t, 1));
  },
  GroupNormalization: (node, [x, scale, bias]) => {
    const rows = standardize(reshape(x!, [0, groupsOf(node), -1]), [2], epsilonOf(node));
    return scaleAndShift(reshapeLike(rows, x!), scale!, bias!);
  },
  InstanceNormalization: (node, [x, scale, bias]) => {
    const plane = x!.shape.flatMap((_, i) => (i > 1 ? [i] : []));
    return scaleAndShift(standardize(x!, plane, epsilonOf(node)), scale!, bias!);
  },
  Mean: (_, inputs) => mul(inputs.reduce(add), 1 / inputs.length),
};

function standardize(x: Value, axes: readonly number[], epsilon: number): Value {
  const centered = sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(mul(centered, centered), { axes, keepDims: true });
  return div(centered, sqrt(add(variance, epsilon)));
}

function scaleAndShift(x: Value, scale: Value, bias: Value): Value {
  const perChannel = (value: Value) =>
    reshape(value, [value.shape[0]!, ...Array<number>(x.shape.length - 2).fill(1)]);
  return add(mul(x, perChannel(scale)), perChannel(bias));
}

/**
 * erf x = 2 x exp(-x²) / sqrt(pi) (1 + 2x²/3 (1 + 2x²/5 (1 + ...))): terms of one sign, without cancellation. Exact to
 * rounding for |x| < 3 (Abramowitz and Stegun 7.1.6).
 */
function erfSeries(x: Value): Value {
  const square = mul(x, x);
  let sum = add(mul(square, 0), 1);
  for (let n = 60; n > 0; n--) sum = add(mul(mul(square, 2 / (2 * n + 1)), sum), 1);
  return mul(mul(x, exp(neg(square))), mul(sum, 2 / Math.sqrt(Math.PI)));
}
