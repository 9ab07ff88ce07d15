import { agreement, predictedClasses } from '../boundary/predicted-classes.js';
import { requireLength, requireWhole } from '../checks.js';
import { checkInputs, outputsOf, type ProbeInputs } from './outputs.js';
import type { Probe, ProbeContext } from './probe.js';

export interface PredictionsProbeOptions extends ProbeInputs {
  /** Epochs from one look to the next. Default 1. */
  readonly every?: number;
  readonly classes: number;
  /** True classes, for the accuracy. */
  readonly labels?: ArrayLike<number>;
}

/** A line of the predictions probe: for `agreementWithFinal`, once the run is over. */
export interface PredictionsLine {
  readonly classes: readonly number[];
  readonly accuracy?: number;
}

/** Keeps the predicted classes of the same examples after each epoch. Costs `count` evaluations. */
export class PredictionsProbe implements Probe {
  readonly name = 'predictions';
  readonly unit = 'epochs';
  readonly every: number;
  readonly #options: PredictionsProbeOptions;

  constructor(options: PredictionsProbeOptions) {
    checkInputs(this.name, options);
    requireWhole('predictions: classes', options.classes, 2);
    if (options.labels) requireLength('predictions: labels', options.labels, options.count);
    this.every = options.every ?? 1;
    this.#options = options;
  }

  async observe(context: ProbeContext): Promise<PredictionsLine> {
    const { classes, labels, count } = this.#options;
    const logits = await outputsOf(context, this.#options);
    requireLength('predictions: the network’s output', logits, count * classes);
    const found = predictedClasses(logits, classes);
    return { classes: [...found], ...(labels && { accuracy: agreement(found, labels) }) };
  }
}
