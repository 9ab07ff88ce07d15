import { Graph, identity, toOnnx } from '@spectrain/graph';
import { type HyperparameterValues, StepPlan } from '@spectrain/optim';
import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import { InTurn } from './in-turn.js';
import type { TensorSpec } from './models/layers.js';
import { finiteOutput } from './optimizer-graph/add-update.js';
import { nextCoefficients } from './optimizer-graph/coefficients.js';
import { lossOutput, nextOutput } from './program.js';
import type { Session, Tensors } from './runtime/runtime.js';
import { NonFiniteLossError, NonFiniteStepError, type Step, type StepPosition } from './step.js';
import type { StepProgram } from './step-program.js';
import { type OutputSpec, type TargetSpec, type TargetValues, targetTensor } from './target.js';
import { checkValues, NamedTensors, sizeOf } from './tensors.js';
import type { TrainStepOptions } from './train-step.js';

export interface DeviceStepOptions extends TrainStepOptions {
  /** `compileStep` of the same model and optimizer. */
  readonly whole: StepProgram;
}

interface Sessions {
  /** It owns the memory of the state before the first step. */
  readonly upload: Session;
  readonly step: Session;
  readonly inference: Session;
  /** Copies what {@link Step.weights} returns out of the device: its tensors cannot be read in place. */
  readonly download: Session;
}

/**
 * A whole step as one graph: parameters, moments and running statistics stay in the memory of the runtime's provider, a GPU's
 * for one, and so do the gradients. In goes the batch, out comes the loss.
 */
export class DeviceStep implements Step {
  readonly #plan: StepPlan;
  readonly #Tensor: TensorConstructor;
  readonly #shape: readonly number[];
  readonly #targets: TargetSpec;
  readonly #output: OutputSpec;
  readonly #weights: readonly TensorSpec[];
  readonly #frozen: Tensors;
  #state: Tensors;
  /** A state that is read must not be written meanwhile. */
  readonly #calls = new InTurn();

  private constructor(
    private readonly sessions: Sessions,
    { program, optimizer, whole, runtime }: DeviceStepOptions,
    start: Tensors,
  ) {
    this.#plan = new StepPlan(
      optimizer,
      program.parameters.map(({ name }) => name),
    );
    this.#Tensor = runtime.Tensor;
    this.#shape = program.shape;
    this.#targets = program.targets;
    this.#output = program.output;
    this.#weights = weightsOf(program);
    this.#frozen = pick(start, whole.frozen);
    this.#state = pick(start, whole.state);
  }

  static async create(options: DeviceStepOptions): Promise<DeviceStep> {
    const { program, whole, runtime, seed = 0, parameters } = options;
    if (parameters) checkValues(parameters, weightsOf(program));
    const initial = new NamedTensors([...whole.state, ...whole.frozen]);
    initial.initialize(seed, parameters);
    const names = initial.specs.map(({ name }) => name);
    const sessions = {
      upload: await runtime.session(copyGraph(initial.specs), { onDevice: names.map(copyOutput) }),
      step: await runtime.session(whole.step, {
        onDevice: whole.state.map(({ name }) => nextOutput(name)),
      }),
      inference: await runtime.session(program.inference),
      download: await runtime.session(copyGraph(weightsOf(program))),
    };
    const outputs = await sessions.upload.run(initial.tensors(runtime.Tensor));
    const start = Object.fromEntries(names.map((name) => [name, outputs[copyOutput(name)]!]));
    return new DeviceStep(sessions, options, start);
  }

  get values(): HyperparameterValues {
    return this.#plan.values;
  }

  get skippedSteps(): number {
    return this.#plan.skippedSteps;
  }

  step(x: Float32Array, targets: TargetValues, position: StepPosition): Promise<number> {
    const { name, shape } = this.#targets;
    const count = targets.length / sizeOf(shape);
    return this.#calls.run(async () => {
      const outputs = await this.sessions.step.run({
        ...this.#state,
        ...this.#frozen,
        ...this.#coefficients(position),
        x: this.#batch(x, count),
        [name]: targetTensor(this.#Tensor, targets, [count, ...shape]),
      });
      const next = this.#nextState(outputs);
      const loss = Number(outputs[lossOutput]!.data[0]);
      const accepted = outputs[finiteOutput]!.data[0] && Number.isFinite(loss);
      disposeAll(accepted ? this.#state : next);
      if (accepted) {
        this.#state = next;
        this.#plan.advance({ loss, ...position });
      } else this.#skip(loss);
      return loss;
    });
  }

  predict(x: Float32Array, count: number): Promise<Float32Array> {
    return this.#calls.run(async () => {
      const outputs = await this.sessions.inference.run({
        ...this.#weightTensors(),
        x: this.#batch(x, count),
      });
      return outputs[this.#output.name]!.data as Float32Array;
    });
  }

  weights(): Promise<Record<string, Float32Array>> {
    return this.#calls.run(async () => {
      const copies = await this.sessions.download.run(this.#weightTensors());
      return Object.fromEntries(
        this.#weights.map(({ name }) => [name, (copies[copyOutput(name)]!.data as Float32Array).slice()]),
      );
    });
  }

  dispose(): Promise<void> {
    return this.#calls.run(async () => {
      disposeAll(this.#state);
      disposeAll(this.#frozen);
      for (const session of Object.values<Session>({ ...this.sessions })) await session.release();
    });
  }

  #skip(loss: number): void {
    if (this.#plan.spec.nonFinite === 'skip') this.#plan.skippedSteps += 1;
    else if (Number.isFinite(loss)) throw new NonFiniteStepError('a gradient is not finite');
    else throw new NonFiniteLossError(loss);
  }

  #coefficients(position: StepPosition): Tensors {
    return Object.fromEntries(
      Object.entries(nextCoefficients(this.#plan, position)).map(([name, values]) => [
        name,
        new this.#Tensor('float32', values, [values.length]),
      ]),
    );
  }

  #nextState(outputs: Tensors): Tensors {
    return Object.fromEntries(Object.keys(this.#state).map((name) => [name, outputs[nextOutput(name)]!]));
  }

  #weightTensors(): Tensors {
    return pick({ ...this.#state, ...this.#frozen }, this.#weights);
  }

  #batch(x: Float32Array, count: number): Tensor {
    return new this.#Tensor('float32', x, [count, ...this.#shape]);
  }
}

const copyOutput = (name: string): string => `copy:${name}`;

/** A graph that gives back what goes in, from one memory to another. */
function copyGraph(specs: readonly TensorSpec[]): Uint8Array {
  const graph = new Graph({ name: 'copy' });
  for (const { name, shape } of specs) graph.output(copyOutput(name), identity(graph.input(name, shape)));
  return toOnnx(graph);
}

function weightsOf({
  parameters,
  buffers,
}: Pick<StepProgram, 'parameters' | 'buffers'>): readonly TensorSpec[] {
  return [...parameters, ...buffers];
}

function pick(tensors: Tensors, specs: readonly TensorSpec[]): Tensors {
  return Object.fromEntries(specs.map(({ name }) => [name, tensors[name]!]));
}

function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
