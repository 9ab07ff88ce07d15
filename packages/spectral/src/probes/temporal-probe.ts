import { type HyperparameterValues, StepPlan, type Tensors } from '@spectrain/optim';
import { requireWhole } from '../checks.js';
import { isPowerOfTwo } from '../fft.js';
import { crossSpectra, type TransferPoint, transfer } from '../temporal/cross-spectra.js';
import { RingWindow } from '../temporal/ring-window.js';
import { firstMomentGain } from '../temporal/transfer-theory.js';
import { Coordinates } from './coordinates.js';
import type { Probe, ProbeContext } from './probe.js';

export interface TemporalProbeOptions {
  /** Steps of the window, and from one look to the next. Default 512. */
  readonly every?: number;
  /**
   * Steps of a Welch segment, a power of two of at most {@link every}. Default: the largest up to half of
   * the window. Shorter ones are means over more segments, but blur the peak at frequency 0: at momentum 0.9 by 6 % with 128
   * steps, by 2 % with 256.
   */
  readonly segment?: number;
  /** Coordinates to follow, drawn once from all. Default 128. */
  readonly coordinates?: number;
  readonly seed?: number;
  readonly weights?: 'energy' | 'equal';
}

/** A line of the temporal probe. */
export interface TemporalLine {
  /** Steps that it is about: the last ones up to `step`. */
  readonly window: number;
  readonly segment: number;
  readonly coordinates: number;
  /** By frequency, with the gain of the rule's first moment alone beside it. */
  readonly points: readonly (TransferPoint & { readonly theory: number })[];
}

/**
 * Follows gradients and updates of some coordinates, and takes their spectra once a window. Updates are per unit of learning
 * rate, `(theta - theta') / lr`, so that a schedule does not show; gradients are as computed, before clipping and weight
 * decay. A step that the optimizer skipped is not part of the window.
 */
export class TemporalProbe implements Probe {
  readonly name = 'temporal';
  readonly unit = 'steps';
  readonly every: number;
  readonly #segment: number;
  readonly #options: TemporalProbeOptions;
  #plan: StepPlan | undefined;
  #coordinates: Coordinates | undefined;
  /** Parameters before the step; then what it did to them. */
  #updates: Float32Array = new Float32Array();
  /** Parameters after the step; then its gradients. */
  #values: Float32Array = new Float32Array();
  #skipped = 0;
  #windows: { readonly gradients: RingWindow; readonly updates: RingWindow } | undefined;
  #loaded: Tensors<Float32Array> = {};

  constructor(options: TemporalProbeOptions = {}) {
    this.#options = options;
    this.every = options.every ?? 512;
    requireWhole('temporal: every', this.every, 8);
    requireWhole('temporal: coordinates', options.coordinates ?? 1);
    this.#segment = options.segment ?? 2 ** Math.floor(Math.log2(this.every / 2));
    if (!isPowerOfTwo(this.#segment) || this.#segment > this.every)
      throw new RangeError(
        `temporal: segment is ${this.#segment}, not a power of two within the window of ${this.every}`,
      );
  }

  beforeStep({ spec, model }: ProbeContext): void {
    this.#skipped = model.optimizer.skippedSteps;
    const { views } = model.parameters;
    if (!this.#coordinates || !this.#windows) {
      this.#plan = new StepPlan(spec, Object.keys(views));
      const { coordinates = 128, seed = 0 } = this.#options;
      this.#coordinates = new Coordinates(views, this.#plan.groups.flat(), coordinates, seed);
      const { count } = this.#coordinates;
      if (count === 0) throw new RangeError('temporal: every parameter is frozen');
      this.#updates = new Float32Array(count);
      this.#values = new Float32Array(count);
      this.#windows = {
        gradients: new RingWindow(count, this.every),
        updates: new RingWindow(count, this.every),
      };
      for (const name of ['gradients', 'updates'] as const) {
        const rows = this.#loaded[name] ?? new Float32Array();
        for (let start = 0; start < rows.length; start += count)
          this.#windows[name].push(rows.subarray(start, start + count));
      }
    }
    this.#coordinates.read(views, this.#updates);
  }

  afterStep({ model }: ProbeContext): void {
    if (!this.#coordinates || !this.#windows || model.optimizer.skippedSteps > this.#skipped) return;
    const updates = this.#updates;
    const values = this.#coordinates.read(model.parameters.views, this.#values);
    let next = 0;
    for (const { name, indices } of this.#coordinates.parts) {
      const { lr } = model.optimizer.valuesOf(name);
      for (const end = next + indices.length; next < end; next++)
        updates[next] = lr === 0 ? 0 : (updates[next]! - values[next]!) / lr;
    }
    this.#windows.updates.push(updates);
    this.#windows.gradients.push(this.#coordinates.read(model.gradients.views, values));
  }

  /** The window so far. */
  state(): Tensors<Float32Array> {
    if (!this.#windows) return this.#loaded;
    return { gradients: this.#windows.gradients.rows(), updates: this.#windows.updates.rows() };
  }

  load(state: Tensors<Float32Array>): void {
    this.#loaded = state;
  }

  async observe({ model }: ProbeContext): Promise<TemporalLine | undefined> {
    const windows = this.#windows;
    if (!windows || windows.gradients.size < this.#segment) return undefined;
    const spectra = crossSpectra(windows.gradients.sequences(), windows.updates.sequences(), {
      segment: this.#segment,
      weights: this.#options.weights ?? 'energy',
    });
    const values: HyperparameterValues = model.optimizer.values;
    return {
      window: windows.gradients.size,
      segment: this.#segment,
      coordinates: windows.gradients.count,
      points: transfer(spectra).map((point) => ({
        ...point,
        theory: firstMomentGain(this.#plan!.rule, values, point.frequency),
      })),
    };
  }
}
