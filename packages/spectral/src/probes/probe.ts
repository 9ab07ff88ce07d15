import type { Optimizer, OptimizerSpec, Tensors } from '@spectrain/optim';

/** A network in training as probes see it; a `TrainStep` of `@spectrain/train` is one. */
export interface ProbedModel {
  readonly parameters: { readonly views: Tensors<Float32Array> };
  /** After a step: the gradients that it used. */
  readonly gradients: { readonly views: Tensors<Float32Array> };
  readonly optimizer: Optimizer;
}

/** Where a training is, and what a probe may ask of it. */
export interface ProbeContext {
  /** The step, from 1: the one about to be done in `beforeStep`, the one just done in `afterStep` and `observe`. */
  readonly step: number;
  /** The epoch that it belongs to, from 1. */
  readonly epoch: number;
  readonly model: ProbedModel;
  readonly spec: OptimizerSpec;
  /** Outputs `[count, ...]` in inference mode for normalised inputs `[count, ...shape]`. */
  logits(x: Float32Array, count: number): Promise<Float32Array>;
  /**
   * Fills `model.gradients` at the present parameters, on a sample of training examples that is the same at every call,
   * changes nothing else and returns the loss.
   */
  backward(): Promise<number>;
}

/**
 * An instrument that a run switches on. {@link Probes} calls it: `beforeStep` and `afterStep` at every step, which must be
 * quick and leave the training as it is; `observe` at every `every`-th step, or epoch, after all `afterStep`.
 */
export interface Probe {
  readonly name: string;
  readonly unit: 'steps' | 'epochs';
  readonly every: number;
  beforeStep?(context: ProbeContext): void;
  afterStep?(context: ProbeContext): void;
  /**
   * May evaluate the network, and leaves parameters as they are. Gradients belong to the step only in `afterStep`: another
   * probe's `observe` may have filled them since.
   * @returns what it saw, as plain JSON; `undefined` where there was nothing to see
   */
  observe(context: ProbeContext): Promise<object | undefined>;
  /** What it has gathered for later looks, by name; a training that goes on elsewhere gives it to {@link load}. */
  state?(): Tensors<Float32Array>;
  /** Takes over what {@link state} of a probe of the same options and network was, before the first step. */
  load?(state: Tensors<Float32Array>): void;
}

/** What a probe saw, ready to be a line of JSON. */
export interface ProbeLine {
  readonly probe: string;
  readonly step: number;
  readonly epoch: number;
  readonly [key: string]: unknown;
}

/** The probes of a run. The training loop calls each method at its place, and writes the lines. */
export class Probes {
  readonly #probes: readonly Probe[];

  /** @throws RangeError for an interval that is not a whole number, or a name that occurs twice */
  constructor(probes: readonly Probe[]) {
    const names = probes.map(({ name }) => name);
    for (const { name, every } of probes) {
      if (!Number.isSafeInteger(every) || every < 1)
        throw new RangeError(`probe ${name}: every is ${every}, not a whole number >= 1`);
      if (names.indexOf(name) !== names.lastIndexOf(name))
        throw new RangeError(`probe ${name} is there twice`);
    }
    this.#probes = probes;
  }

  beforeStep(context: ProbeContext): void {
    for (const probe of this.#probes) probe.beforeStep?.(context);
  }

  async afterStep(context: ProbeContext): Promise<ProbeLine[]> {
    for (const probe of this.#probes) probe.afterStep?.(context);
    return this.#observe(context, 'steps', context.step);
  }

  /** After the last step of an epoch. */
  afterEpoch(context: ProbeContext): Promise<ProbeLine[]> {
    return this.#observe(context, 'epochs', context.epoch);
  }

  /** What probes have gathered, by the name of the probe; without those that gather nothing. */
  state(): Readonly<Record<string, Tensors<Float32Array>>> {
    return Object.fromEntries(
      this.#probes.flatMap((probe) => (probe.state ? [[probe.name, probe.state()] as const] : [])),
    );
  }

  /** A probe of which `state` says nothing starts afresh. */
  load(state: Readonly<Record<string, Tensors<Float32Array>>>): void {
    for (const probe of this.#probes) {
      const own = state[probe.name];
      if (own) probe.load?.(own);
    }
  }

  async #observe(context: ProbeContext, unit: Probe['unit'], count: number): Promise<ProbeLine[]> {
    const lines: ProbeLine[] = [];
    for (const probe of this.#probes) {
      if (probe.unit !== unit || count % probe.every !== 0) continue;
      const seen = await probe.observe(context);
      if (seen) lines.push({ probe: probe.name, step: context.step, epoch: context.epoch, ...seen });
    }
    return lines;
  }
}
