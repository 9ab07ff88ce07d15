import { StepPlan, type Tensors } from '@spectrain/optim';
import { requireLength, requireWhole } from '../checks.js';
import { type GainCurve, type GainTensor, gainCurve, theoreticalGain } from '../gain/gain-curve.js';
import { Coordinates } from './coordinates.js';
import type { Probe, ProbeContext } from './probe.js';
import { clipOf, stepFactors } from './step-factors.js';

export interface GainProbeOptions {
  /** Steps from one look to the next. Default 100. */
  readonly every?: number;
  /** Coordinates to look at, drawn once from all; all where there are no more. Default 4,096. */
  readonly coordinates?: number;
  readonly seed?: number;
  readonly binsPerDecade?: number;
}

/** A line of the gain probe. */
export interface GainLine extends GainCurve {
  readonly lr: number;
  /** Exponent and eps in force, for the theory's line `1 / (v^p + eps)`; absent where the optimizer has none. */
  readonly p?: number;
  readonly eps?: number;
  /** `own`: the optimizer has none; the probe kept the mean of squared gradients at the coordinates it looks at. */
  readonly secondMoment: 'optimizer' | 'own';
}

/** Of the mean that stands in for a second moment, as Adam's default. */
const ownDecay = 0.999;
/** Times the rounding of theta, 2^-23 of it, that an update must exceed: then it is known to 1 or 2 %. */
const resolvedRoundings = 64;

/**
 * The {@link gainCurve} of single steps, measured as the difference of parameters before and after. `mhat` and `vhat` are
 * those that the step used. Frozen parameters are left out.
 */
export class GainProbe implements Probe {
  readonly name = 'gain';
  readonly unit = 'steps';
  readonly every: number;
  readonly #options: Required<Pick<GainProbeOptions, 'coordinates' | 'seed'>> & GainProbeOptions;
  #plan: StepPlan | undefined;
  #coordinates: Coordinates | undefined;
  #before: Float32Array = new Float32Array();
  #skipped = 0;
  #own: { squares: Float32Array; steps: number } | undefined;
  #gradients: Float32Array = new Float32Array();
  #line: GainLine | undefined;

  constructor(options: GainProbeOptions = {}) {
    this.#options = { coordinates: 4096, seed: 0, ...options };
    this.every = options.every ?? 100;
    requireWhole('gain: every', this.every);
    requireWhole('gain: coordinates', this.#options.coordinates);
  }

  beforeStep({ step, spec, model }: ProbeContext): void {
    const { views } = model.parameters;
    this.#plan ??= new StepPlan(spec, Object.keys(views));
    this.#coordinates ??= new Coordinates(
      views,
      this.#plan.groups.flat(),
      this.#options.coordinates,
      this.#options.seed,
    );
    this.#skipped = model.optimizer.skippedSteps;
    if (step % this.every === 0) this.#before = this.#coordinates.read(views);
  }

  afterStep({ step, model }: ProbeContext): void {
    if (!this.#plan || !this.#coordinates || model.optimizer.skippedSteps > this.#skipped) return;
    if (this.#plan.rule.second === 'none') this.#addSquares(model);
    if (step % this.every === 0 && this.#before.length > 0) this.#line = this.#measure(model);
  }

  async observe(): Promise<GainLine | undefined> {
    const line = this.#line;
    this.#line = undefined;
    return line;
  }

  /** The mean that stands in for a second moment, as far as one was kept. */
  state(): Tensors<Float32Array> {
    return this.#own ? { squares: this.#own.squares, steps: Float32Array.of(this.#own.steps) } : {};
  }

  load({ squares, steps }: Tensors<Float32Array>): void {
    if (squares && steps) this.#own = { squares: squares.slice(), steps: steps[0]! };
  }

  #addSquares({ gradients }: ProbeContext['model']): void {
    const { count } = this.#coordinates!;
    if (this.#gradients.length === 0) this.#gradients = new Float32Array(count);
    this.#own ??= { squares: new Float32Array(count), steps: 0 };
    const { squares } = this.#own;
    requireLength('gain: the state', squares, count);
    const values = this.#coordinates!.read(gradients.views, this.#gradients);
    for (let i = 0; i < count; i++)
      squares[i] = ownDecay * squares[i]! + (1 - ownDecay) * values[i]! * values[i]!;
    this.#own.steps++;
  }

  #measure(model: ProbeContext['model']): GainLine | undefined {
    // A training that has diverged: its loop will say so.
    if (!this.#coordinates!.read(model.parameters.views).every(Number.isFinite)) return undefined;
    const tensors = this.#tensors(model);
    if (tensors.length === 0) return undefined;
    const { lr, p = 0.5, eps = 0 } = model.optimizer.values;
    const { binsPerDecade } = this.#options;
    return {
      lr,
      ...(!this.#own && { p, eps }),
      secondMoment: this.#own ? 'own' : 'optimizer',
      ...gainCurve(tensors, binsPerDecade === undefined ? {} : { binsPerDecade }),
    };
  }

  /** The step by tensor; without those that a learning rate of 0 left in their place. */
  #tensors({ parameters, gradients, optimizer }: ProbeContext['model']): GainTensor[] {
    const plan = this.#plan!;
    const state = optimizer.state();
    const factors = stepFactors(plan, state);
    const usesGradient = [...factors.values()].some(({ fromGradient }) => fromGradient !== 0);
    const clip = usesGradient ? clipOf(plan, gradients.views) : undefined;
    const matched = 'gain' in plan.spec && plan.spec.gain === 'matched';
    const ownScale = this.#own ? 1 / (1 - ownDecay ** this.#own.steps) : 1;
    let next = 0;
    return this.#coordinates!.parts.flatMap(({ name, indices }) => {
      const start = next;
      next += indices.length;
      const { lr, shrink, coupledDecay, fromFirst, fromGradient, secondScale, p, eps } = factors.get(name)!;
      if (lr === 0) return [];
      const { first, second, maximum } = state.moments[name]!;
      const after = parameters.views[name]!;
      const v = maximum ?? second;
      const update = new Float64Array(indices.length);
      const firstMoment = new Float64Array(indices.length);
      const secondMoment = new Float64Array(indices.length);
      const resolution = new Float64Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i]!;
        const theta = this.#before[start + i]!;
        update[i] = (shrink * theta - after[index]!) / lr;
        resolution[i] =
          (resolvedRoundings * 2 ** -23 * Math.max(Math.abs(theta), Math.abs(after[index]!))) / lr;
        firstMoment[i] = first ? fromFirst * first[index]! : 0;
        if (clip && fromGradient !== 0)
          firstMoment[i]! += fromGradient * (clip(gradients.views[name]![index]!) + coupledDecay * theta);
        secondMoment[i] = v ? secondScale * v[index]! : ownScale * this.#own!.squares[start + i]!;
      }
      const tensor = { update, firstMoment, secondMoment, resolution };
      if (!v) return [tensor];
      return [{ ...tensor, eps: matched ? eps / matchingFactor(tensor, p, eps) : eps }];
    });
  }
}

/**
 * By what matched gain has multiplied the step of a tensor, read off the coordinate that is resolved best. The step is that times
 * `1 / (v^p + eps)`, of which eps over the factor is what bends the line.
 */
function matchingFactor(
  { update, firstMoment, secondMoment, resolution }: Required<Omit<GainTensor, 'eps'>>,
  p: number,
  eps: number,
): number {
  let best = 0;
  let factor = 1;
  for (let i = 0; i < update.length; i++) {
    const roundings = Math.abs(update[i]!) / resolution[i]!;
    const ratio = Math.abs(update[i]! / firstMoment[i]!) / theoreticalGain(secondMoment[i]!, p, eps);
    if (roundings > best && ratio > 0 && Number.isFinite(ratio)) {
      best = roundings;
      factor = ratio;
    }
  }
  return factor;
}
