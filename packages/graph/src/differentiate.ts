import { gradients } from './gradients/table.js';
import type { Node, Value } from './graph/graph.js';
import { formatShape } from './graph/tensor-type.js';
import { add } from './operators/elementwise.js';

/**
 * Appends the backward pass of a scalar loss to its graph, as standard operators, and returns the gradient with respect
 * to each value of `wrt`, in its shape. These values are inputs, constants or outputs of nodes.
 *
 * @throws RangeError when the loss is not a scalar, does not depend on one of `wrt`, or an operator between them
 *   has no gradient
 */
export function differentiate(loss: Value, wrt: readonly Value[]): Value[] {
  const { graph } = loss;
  if (loss.shape.length > 0 || !isFloat(loss))
    throw new RangeError(
      `differentiate: the loss must be a float scalar; "${loss.name}" is ${loss.dtype} ${formatShape(loss.shape)}`,
    );
  const path = dependents(graph.nodes, wrt);
  const collected = new Map<Value, Value>([[loss, graph.constant(1, { dtype: loss.dtype })]]);

  for (const node of [...graph.nodes].reverse()) {
    const outputGradients = node.outputs.map((output) => collected.get(output));
    if (!outputGradients.some(Boolean)) continue;
    const needed = node.inputs.map((input) => input !== undefined && path.has(input));
    if (!needed.some(Boolean)) continue;
    const inputGradients = applyRule(node, outputGradients, needed, wrt);
    node.inputs.forEach((input, i) => {
      const gradient = inputGradients[i];
      if (!input || !needed[i] || !gradient) return;
      const earlier = collected.get(input);
      collected.set(input, earlier ? add(earlier, gradient) : gradient);
    });
  }
  return wrt.map((value) => {
    const gradient = collected.get(value);
    if (!gradient)
      throw new RangeError(`differentiate: the loss "${loss.name}" does not depend on "${value.name}"`);
    return gradient;
  });
}

/** `wrt` and every float that is computed from it; counts and conditions have no gradient. */
function dependents(nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const path = new Set(wrt);
  for (const node of nodes)
    if (node.inputs.some((input) => input && path.has(input)))
      for (const output of node.outputs) if (isFloat(output)) path.add(output);
  return path;
}

function isFloat({ dtype }: Value): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

function applyRule(
  node: Node,
  outputGradients: readonly (Value | undefined)[],
  needed: readonly boolean[],
  wrt: readonly Value[],
) {
  const where = `${node.op} (node ${node.name})`;
  const rule = Object.hasOwn(gradients, node.op) ? gradients[node.op] : undefined;
  if (!rule)
    throw new RangeError(
      `differentiate: ${where} has no gradient, and lies between ${sourcesOf(node, wrt)} and the loss; docs/operators.md of @spectrain/graph lists the operators that have one`,
    );
  try {
    return rule(node, outputGradients, needed);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`differentiate: gradient of ${where}: ${error.message}`, { cause: error });
  }
}

/** Names the values of `wrt` that a node is computed from: `"w" (and 2 more)`. */
function sourcesOf(node: Node, wrt: readonly Value[]): string {
  const before = new Set<Value>();
  const open = [...node.inputs];
  for (let value = open.pop(); open.length || value; value = open.pop())
    if (value && !before.has(value)) {
      before.add(value);
      open.push(...(value.producer?.inputs ?? []));
    }
  const [first, ...others] = wrt.filter((value) => before.has(value));
  return others.length ? `"${first!.name}" (and ${others.length} more)` : `"${first!.name}"`;
}
