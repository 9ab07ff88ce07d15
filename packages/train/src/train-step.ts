import {
  allocate,
  createOptimizer,
  type HyperparameterValues,
  type Optimizer,
  type OptimizerSpec,
} from '@spectrain/optim';
import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import { InTurn } from './in-turn.js';
import { bufferOutput, gradientOutput, lossOutput, type Program } from './program.js';
import type { Runtime, Session } from './runtime/runtime.js';
import { NonFiniteLossError, type Step, type StepPosition, type StepState } from './step.js';
import { type TargetValues, targetTensor } from './target.js';
import { checkValues, lengthsOf, NamedTensors, sizeOf } from './tensors.js';
import { TrainingSessions } from './training-sessions.js';

export interface TrainStepOptions {
  readonly program: Program;
  readonly optimizer: OptimizerSpec;
  readonly runtime: Runtime;
  /** Decides the initial weights. Default 0. */
  readonly seed?: number;
  /** Values to start from, by name; parameters that are not named start as the model says. */
  readonly parameters?: Readonly<Record<string, Float32Array>>;
}

/** Model, loss and optimizer compiled into sessions and memory; {@link TrainStep.step} is all a loop calls. */
export class TrainStep implements Step {
  readonly program: Program;
  readonly parameters: NamedTensors;
  readonly gradients: NamedTensors;
  /** Running statistics of batch normalisation. */
  readonly buffers: NamedTensors;
  readonly optimizer: Optimizer;
  readonly #skipsNonFinite: boolean;
  readonly #nextBuffers: NamedTensors;
  readonly #weights: Readonly<Record<string, Tensor>>;
  /** Where the runtime is to write. */
  readonly #fetches: Readonly<Record<string, Tensor>>;
  readonly #Tensor: TensorConstructor;
  readonly #loss = new Float32Array(1);
  /** Over memory that batches came in. */
  readonly #tensors = new WeakMap<ArrayBufferView, Tensor>();
  /** All steps write to the same memory. */
  readonly #steps = new InTurn();

  private constructor(
    private readonly training: TrainingSessions,
    private readonly inference: Session,
    { program, optimizer, runtime, seed = 0, parameters }: TrainStepOptions,
  ) {
    if (parameters) checkValues(parameters, [...program.parameters, ...program.buffers]);
    const { params, grads } = allocate(lengthsOf(program.parameters));
    this.parameters = new NamedTensors(program.parameters, params);
    this.gradients = new NamedTensors(program.parameters, grads);
    this.buffers = new NamedTensors(program.buffers);
    this.#nextBuffers = new NamedTensors(program.buffers);
    this.parameters.initialize(seed, parameters);
    this.buffers.initialize(seed, parameters);
    this.optimizer = createOptimizer(optimizer, this.parameters.views);
    this.#skipsNonFinite = optimizer.nonFinite === 'skip';
    const { Tensor } = runtime;
    this.#weights = { ...this.parameters.tensors(Tensor), ...this.buffers.tensors(Tensor) };
    this.#fetches = {
      [lossOutput]: new Tensor('float32', this.#loss, []),
      ...this.gradients.tensors(Tensor, gradientOutput),
      ...this.#nextBuffers.tensors(Tensor, bufferOutput),
    };
    this.program = program;
    this.#Tensor = Tensor;
  }

  static async create(options: TrainStepOptions): Promise<TrainStep> {
    const { program, runtime } = options;
    return new TrainStep(
      await TrainingSessions.open(program, runtime),
      await runtime.session(program.inference),
      options,
    );
  }

  get values(): HyperparameterValues {
    return this.optimizer.values;
  }

  async weights(): Promise<Record<string, Float32Array>> {
    return { ...this.parameters.copy(), ...this.buffers.copy() };
  }

  state(): StepState {
    return {
      weights: { ...this.parameters.copy(), ...this.buffers.copy() },
      optimizer: this.optimizer.state(),
    };
  }

  load({ weights, optimizer }: StepState): void {
    const { parameters, buffers } = this;
    checkValues(weights, [...parameters.specs, ...buffers.specs]);
    for (const { name } of [...parameters.specs, ...buffers.specs])
      if (!weights[name]) throw new RangeError(`state: the weights of ${name} are missing.`);
    this.optimizer.load(optimizer);
    for (const [name, view] of Object.entries({ ...parameters.views, ...buffers.views }))
      view.set(weights[name]!);
  }

  /**
   * Forward and backward pass: fills {@link gradients}, and changes nothing else.
   * @param x normalised inputs `[n, ...shape]`; @param targets classes `[n, ...labelShape]` or numbers `[n, ...targetShape]`
   * @returns the mean loss of the batch
   */
  backward(x: Float32Array, targets: TargetValues): Promise<number> {
    return this.#steps.run(() => this.#backward(x, targets));
  }

  async #backward(x: Float32Array, targets: TargetValues): Promise<number> {
    const { name, shape } = this.program.targets;
    const count = targets.length / sizeOf(shape);
    const session = await this.training.of(count);
    await session.run(
      {
        ...this.#weights,
        x: this.#batch(x, count),
        [name]: this.#targets(targets, [count, ...shape]),
      },
      this.#fetches,
    );
    return this.#loss[0]!;
  }

  /**
   * One training step: {@link backward}, then the optimizer's update, then the new {@link buffers}. Where loss or
   * gradients are not finite it changes nothing: under `nonFinite: 'skip'` it only counts in `optimizer.skippedSteps`.
   * @returns the mean loss of the batch, before the update
   * @throws NonFiniteLossError, NonFiniteGradientError unless such steps are skipped
   */
  step(x: Float32Array, targets: TargetValues, position: StepPosition): Promise<number> {
    return this.#steps.run(() => this.#step(x, targets, position));
  }

  async #step(x: Float32Array, targets: TargetValues, position: StepPosition): Promise<number> {
    const loss = await this.#backward(x, targets);
    if (!Number.isFinite(loss)) {
      if (!this.#skipsNonFinite) throw new NonFiniteLossError(loss, this.#firstNonFinite());
      // The gradients of such a loss are mostly not finite; now the optimizer skips them in any case.
      for (const gradient of Object.values(this.gradients.views)) gradient.fill(Number.NaN);
    }
    const skipped = this.optimizer.skippedSteps;
    this.optimizer.step(this.gradients.views, { loss, ...position });
    if (this.optimizer.skippedSteps === skipped) this.buffers.set(this.#nextBuffers);
    return loss;
  }

  /** The first parameter, in the order of the model, whose gradient is not finite. */
  #firstNonFinite(): string | undefined {
    return this.program.parameters.find(({ name }) => !this.gradients.views[name]!.every(Number.isFinite))
      ?.name;
  }

  async predict(x: Float32Array, count: number): Promise<Float32Array> {
    const outputs = await this.inference.run({ ...this.#weights, x: this.#batch(x, count) });
    return outputs[this.program.output.name]!.data as Float32Array;
  }

  dispose(): Promise<void> {
    return this.#steps.run(async () => {
      await this.training.release();
      await this.inference.release();
    });
  }

  #batch(x: Float32Array, count: number): Tensor {
    const dims = [count, ...this.program.shape];
    return this.#tensorOf(x, dims, () => new this.#Tensor('float32', x, dims));
  }

  #targets(values: TargetValues, dims: readonly number[]): Tensor {
    return this.#tensorOf(values, dims, () => targetTensor(this.#Tensor, values, dims));
  }

  /** Of memory that comes again in the same shape the same tensor: a session need not look at it again. */
  #tensorOf(memory: ArrayBufferView, dims: readonly number[], make: () => Tensor): Tensor {
    const known = this.#tensors.get(memory);
    if (known?.dims.join() === dims.join()) return known;
    const tensor = make();
    this.#tensors.set(memory, tensor);
    return tensor;
  }
}
