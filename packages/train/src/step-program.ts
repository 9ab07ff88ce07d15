import { differentiate, lower, toOnnx, where } from '@spectrain/graph';
import { type OptimizerSpec, StepPlan } from '@spectrain/optim';
import type { Loss } from './losses.js';
import type { Model, TensorSpec } from './models/layers.js';
import { addUpdate, momentInput } from './optimizer-graph/add-update.js';
import { coefficientInput } from './optimizer-graph/coefficients.js';
import { lossOutput, nextOutput, trainingGraph } from './program.js';
import type { Target, TargetSpec } from './target.js';

/** A whole training step compiled for a runtime: plain data, so that it can be sent to another process. */
export interface StepProgram {
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly targets: TargetSpec;
  /** Without those that are frozen. */
  readonly parameters: readonly TensorSpec[];
  /** Parameters that no step changes. */
  readonly frozen: readonly TensorSpec[];
  /** `first:<parameter>` and so on, as far as the optimizer has them. */
  readonly moments: readonly TensorSpec[];
  readonly buffers: readonly TensorSpec[];
  /** All that a step renews: parameters, moments and buffers. */
  readonly state: readonly TensorSpec[];
  /** Names of the inputs with coefficients, one for each group that has parameters. */
  readonly coefficients: readonly string[];
  /**
   * ONNX graph of one step. Inputs `x` `[n, ...shape]`, the targets (`labels` int64 `[n, ...labelShape]` or `targets` float32
   * `[n, ...targetShape]`), all of `state` and `frozen` by name, and `coefficients:<group>` float32 `[12]`. Outputs `loss` (mean over the batch, before the update), `next:<name>` for all
   * of `state`, and `finite`, a bool scalar: where it is false a gradient was NaN or infinite, and nothing has changed.
   */
  readonly step: Uint8Array;
}

/**
 * Compiles forward pass, loss, backward pass and update into one ONNX graph of standard operators, which runs wherever ONNX
 * does. It holds nothing that moves: hyperparameters come in as coefficients, and what the step renews comes out beside
 * what went in.
 *
 * A host makes `new StepPlan(optimizer, names of all parameters)`, feeds `nextCoefficients(plan, ...)`, and where `finite`
 * goes on with `plan.advance({ loss, ... })`.
 *
 * @param target the number of classes, or a data set
 * @throws OptimizerSpecError, RangeError for an optimizer that is not valid or leaves nothing to train, or a loss that is not for
 *   these targets
 */
export function compileStep(
  model: Model,
  shape: readonly number[],
  target: Target,
  optimizer: OptimizerSpec,
  options: { readonly loss?: Loss | undefined } = {},
): StepProgram {
  const { graph, nn, loss, targets, inputs } = trainingGraph(model, shape, target, options);
  const plan = new StepPlan(
    optimizer,
    nn.parameters.map(({ name }) => name),
  );
  const updated = new Set(plan.groups.flat());
  const parameters = nn.parameters.filter(({ name }) => updated.has(name));
  const gradients = differentiate(
    loss,
    parameters.map(({ name }) => inputs.get(name)!),
  );
  graph.output(lossOutput, loss);
  const finite = addUpdate(
    graph,
    plan,
    parameters.map(({ name }, i) => ({ name, theta: inputs.get(name)!, gradient: gradients[i]! })),
  );
  for (const [name, value] of nn.bufferUpdates)
    graph.output(nextOutput(name), where(finite, value, inputs.get(name)!));
  const moments = parameters.flatMap((parameter) =>
    plan.moments.map(
      (moment): TensorSpec => ({
        name: momentInput(moment, parameter.name),
        shape: parameter.shape,
        init: { kind: 'constant', value: 0 },
      }),
    ),
  );
  return {
    shape,
    targets,
    parameters,
    frozen: nn.parameters.filter(({ name }) => !updated.has(name)),
    moments,
    buffers: nn.buffers,
    state: [...parameters, ...moments, ...nn.buffers],
    coefficients: plan.groups.flatMap((names, group) => (names.length > 0 ? [coefficientInput(group)] : [])),
    step: toOnnx(lower(graph)),
  };
}
