import { requireLength } from '../checks.js';
import type { Complex } from '../fft.js';
import { type Frequency, magnitudes, nonUniformCoefficients } from '../function/fourier-coefficients.js';
import { gaussianFilter, type SplitErrors, splitErrorsTo } from '../function/gaussian-split.js';
import { relativeErrors } from '../function/learned-spectrum.js';
import { checkInputs, outputsOf, type ProbeInputs, softmaxRows } from './outputs.js';
import type { Probe, ProbeContext } from './probe.js';

export interface SpectrumProbeOptions extends ProbeInputs {
  /** Steps from one look to the next. Default 100. */
  readonly every?: number;
  /** What the network, of one output, is to learn at each of the inputs. */
  readonly target: ArrayLike<number>;
  /** Where each input is `[count, dimensions]`: x itself, or the projection of a point on a direction. */
  readonly positions: ArrayLike<number>;
  /** Those to follow, in cycles per unit of position. On an even grid of length 1 they are the k of a DFT. */
  readonly frequencies: readonly Frequency[];
}

/** A line of {@link SpectrumProbe}; lists by frequency. */
export interface SpectrumLine {
  readonly kind: 'spectrum';
  readonly frequencies: readonly Frequency[];
  /** `|F(h) - F(f)| / |F(f)|` */
  readonly errors: readonly number[];
  /** `|F(h)| / |F(f)|`: the share of the amplitude that is learned. */
  readonly amplitudes: readonly number[];
}

/** Follows what a network of one output has learned at each frequency of a known target. */
export class SpectrumProbe implements Probe {
  readonly name = 'function';
  readonly unit = 'steps';
  readonly every: number;
  readonly #options: SpectrumProbeOptions;
  readonly #target: Complex;

  /** @throws RangeError for lists that do not fit, or a frequency at which the target has nothing */
  constructor(options: SpectrumProbeOptions) {
    checkInputs(this.name, options);
    requireLength('function: target', options.target, options.count);
    this.every = options.every ?? 100;
    this.#options = options;
    this.#target = this.#spectrumOf(options.target);
    relativeErrors(this.#target, this.#target, this.#indices);
  }

  async observe(context: ProbeContext): Promise<SpectrumLine> {
    const outputs = await outputsOf(context, this.#options);
    requireLength('function: the network’s output', outputs, this.#options.count);
    const spectrum = this.#spectrumOf(outputs);
    const size = magnitudes(this.#target);
    return {
      kind: 'spectrum',
      frequencies: this.#options.frequencies,
      errors: relativeErrors(spectrum, this.#target, this.#indices),
      amplitudes: magnitudes(spectrum).map((value, k) => value / size[k]!),
    };
  }

  get #indices(): number[] {
    return this.#options.frequencies.map((_, k) => k);
  }

  #spectrumOf(values: ArrayLike<number>): Complex {
    return nonUniformCoefficients(this.#options.positions, values, this.#options.frequencies);
  }
}

export interface SplitProbeOptions extends ProbeInputs {
  /** Steps from one look to the next. Default 100. */
  readonly every?: number;
  /** Class of each example. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** Widths of the filter, in units of a squared distance of inputs; one pair of errors each. */
  readonly deltas: readonly number[];
}

/** A line of {@link SplitProbe}. */
export interface SplitLine {
  readonly kind: 'split';
  readonly parts: readonly (SplitErrors & { readonly delta: number })[];
}

/**
 * Follows how far a classifier's probabilities are from the labels (1 for the class, 0 for others) in their low and in their high
 * frequencies over examples of any dimension. Takes `count²` numbers of memory for each delta.
 */
export class SplitProbe implements Probe {
  readonly name = 'function';
  readonly unit = 'steps';
  readonly every: number;
  readonly #options: SplitProbeOptions;
  readonly #parts: readonly { readonly delta: number; readonly errors: (h: Float32Array) => SplitErrors }[];

  /** @throws RangeError for lists that do not fit, or a label that is no class */
  constructor(options: SplitProbeOptions) {
    const { inputs, count, labels, classes, deltas } = options;
    checkInputs(this.name, options);
    requireLength('function: labels', labels, count);
    this.every = options.every ?? 100;
    this.#options = options;
    const target = new Float64Array(count * classes);
    for (let i = 0; i < count; i++) {
      const label = labels[i]!;
      if (!(Number.isInteger(label) && label >= 0 && label < classes))
        throw new RangeError(`function: label ${label} at index ${i} is none of ${classes} classes`);
      target[i * classes + label] = 1;
    }
    this.#parts = deltas.map((delta) => ({
      delta,
      errors: splitErrorsTo(gaussianFilter(inputs, count, delta), target),
    }));
  }

  async observe(context: ProbeContext): Promise<SplitLine> {
    const probabilities = softmaxRows(await outputsOf(context, this.#options), this.#options.classes);
    return {
      kind: 'split',
      parts: this.#parts.map(({ delta, errors }) => ({ delta, ...errors(probabilities) })),
    };
  }
}
