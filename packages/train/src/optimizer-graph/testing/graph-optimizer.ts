import { Graph, type Shape, toOnnx } from '@spectrain/graph';
import { type OptimizerSpec, type StepInfo, StepPlan } from '@spectrain/optim';
import { Tensor } from 'onnxruntime-node';
import { gradientOutput, nextOutput } from '../../program.js';
import { nodeRuntime } from '../../runtime/node-runtime.js';
import type { Session } from '../../runtime/runtime.js';
import { addUpdate, finiteOutput, momentInput } from '../add-update.js';
import { nextCoefficients } from '../coefficients.js';
import { names, shapes, sizeOf, type Tensors } from './random-steps.js';

/** An optimizer whose arithmetic is a graph of parameters and gradients. */
export class GraphOptimizer {
  /** Parameters and moments. */
  readonly feeds: Record<string, Tensor>;
  readonly #session: Session;
  readonly #plan: StepPlan;

  private constructor(session: Session, plan: StepPlan, start: Tensors<Float32Array>) {
    this.#session = session;
    this.#plan = plan;
    const moments = plan.groups
      .flat()
      .flatMap((name) => plan.moments.map((moment) => [momentInput(moment, name), tensor(name)]));
    this.feeds = {
      ...Object.fromEntries(names.map((name) => [name, tensor(name, start[name]!)])),
      ...Object.fromEntries(moments),
    };
  }

  static async create(spec: OptimizerSpec, start: Tensors<Float32Array>): Promise<GraphOptimizer> {
    const plan = new StepPlan(spec, names);
    const graph = graphOf(plan);
    return new GraphOptimizer(await nodeRuntime({ threads: 1 }).session(toOnnx(graph)), plan, start);
  }

  /** A parameter or moment. */
  values(name: string): Float32Array {
    return this.feeds[name]!.data as Float32Array;
  }

  /** Copies of all parameters and moments, by name. */
  state(): Tensors<Float32Array> {
    return Object.fromEntries(Object.keys(this.feeds).map((name) => [name, this.values(name).slice()]));
  }

  /** Returns whether the gradients were finite. */
  async step(gradients: Tensors<Float32Array>, { loss, ...position }: StepInfo = {}): Promise<boolean> {
    const inputs = Object.entries(nextCoefficients(this.#plan, position)).map(([name, values]) => [
      name,
      new Tensor('float32', values, [values.length]),
    ]);
    const outputs = await this.#session.run({
      ...this.feeds,
      ...Object.fromEntries(names.map((name) => [gradientOutput(name), tensor(name, gradients[name]!)])),
      ...Object.fromEntries(inputs),
    });
    for (const name of Object.keys(this.feeds)) {
      const next = outputs[nextOutput(name)];
      if (next) this.feeds[name] = next as Tensor;
    }
    const finite = outputs[finiteOutput]!.data[0] === 1;
    if (finite) this.#plan.advance({ loss, ...position });
    return finite;
  }
}

/** Parameters and gradients as inputs, and what a plan makes of them. */
export function graphOf(plan: StepPlan): Graph {
  const graph = new Graph();
  const input = (name: string, shape: Shape) => graph.input(name, shape);
  addUpdate(
    graph,
    plan,
    names.map((name) => ({
      name,
      theta: input(name, shapes[name]!),
      gradient: input(gradientOutput(name), shapes[name]!),
    })),
  );
  return graph;
}

function tensor(name: string, values: Float32Array = new Float32Array(sizeOf(name))): Tensor {
  return new Tensor('float32', values, shapes[name]!);
}
