import { agreement, predictedClasses } from '../boundary/predicted-classes.js';
import { requireLength, requireWhole } from '../checks.js';
import { checkInputs, meanCrossEntropy, outputsOf, type ProbeInputs } from './outputs.js';
import type { Probe, ProbeContext } from './probe.js';

export interface PredictionsProbeOptions extends ProbeInputs {
  /** From one look to the next, in `unit`. Default 1. */
  readonly every?: number;
  /** Default `epochs`. */
  readonly unit?: Probe['unit'];
  readonly classes: number;
  /** True classes, for the accuracy. */
  readonly labels?: ArrayLike<number>;
  /** Examples of the training set, for the loss: a class for each. */
  readonly training?: ProbeInputs & { readonly labels: ArrayLike<number> };
}

/** A line of the predictions probe: for `agreementWithFinal` and `accuracyAtEqualLoss`, once the run is over. */
export interface PredictionsLine {
  readonly classes: readonly number[];
  readonly accuracy?: number;
  /** Mean cross-entropy over `training`, at the parameters that made the predictions: not a mean over the steps before. */
  readonly trainLoss?: number;
}

/** Keeps the predicted classes of the same examples at each look. Costs one evaluation an example, those of `training` included. */
export class PredictionsProbe implements Probe {
  readonly name = 'predictions';
  readonly unit: Probe['unit'];
  readonly every: number;
  readonly #options: PredictionsProbeOptions;

  constructor(options: PredictionsProbeOptions) {
    checkInputs(this.name, options);
    requireWhole('predictions: classes', options.classes, 2);
    if (options.labels) requireLength('predictions: labels', options.labels, options.count);
    if (options.training) {
      checkInputs('predictions: training', options.training);
      requireLength('predictions: training labels', options.training.labels, options.training.count);
    }
    this.every = options.every ?? 1;
    this.unit = options.unit ?? 'epochs';
    this.#options = options;
  }

  async observe(context: ProbeContext): Promise<PredictionsLine> {
    const { classes, labels, training } = this.#options;
    const found = predictedClasses(await this.#logits(context, this.#options), classes);
    const trainLoss =
      training && meanCrossEntropy(await this.#logits(context, training), training.labels, classes);
    return {
      classes: [...found],
      ...(labels && { accuracy: agreement(found, labels) }),
      ...(trainLoss !== undefined && { trainLoss }),
    };
  }

  async #logits(context: ProbeContext, inputs: ProbeInputs): Promise<Float32Array> {
    const logits = await outputsOf(context, inputs);
    requireLength('predictions: the network’s output', logits, inputs.count * this.#options.classes);
    return logits;
  }
}
