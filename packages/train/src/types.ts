import type { OptimizerSpec } from '@spectrain/optim';
import type { Loss } from './losses.js';
import type { Model } from './models/layers.js';
import type { Activation } from './models/mlp.js';

/** What a network sees of examples. */
interface Examples {
  /** `count * product(shape)` values, example after example; whole numbers as stored in the file, or floats. */
  readonly inputs: Uint8Array | Uint16Array | Float32Array;
}

/** Examples with their labels. */
export interface ClassificationSplit extends Examples {
  /** `count * product(labelShape)` class numbers, 0 to `classes - 1`. What does not fill an example is left out. */
  readonly labels: Uint8Array | Uint16Array | Int32Array;
}

/** Examples with the numbers that a network should compute from them. */
export interface RegressionSplit extends Examples {
  /** `count * product(targetShape)` values. What does not fill an example is left out. */
  readonly targets: Float32Array;
}

export type Split = ClassificationSplit | RegressionSplit;

/** How stored values become network inputs: `(value / divisor - mean[channel]) / std[channel]`. */
export interface Normalization {
  readonly divisor: number;
  /** One mean per channel (the first dimension of `shape`), or one for all. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

interface AnyDataset {
  readonly name: string;
  /** Shape of one example: `[features]`, `[channels, height, width]` or `[length]`. */
  readonly shape: readonly number[];
  /** Without it inputs enter the network as they are. */
  readonly normalization?: Normalization;
}

/** Examples of classes, held in memory. */
export interface ClassificationDataset extends AnyDataset {
  readonly kind?: 'classification';
  readonly classes: number;
  /** Shape of the labels of one example: `[length]` for a class at every position. Default `[]`, one class. */
  readonly labelShape?: readonly number[];
  readonly train: ClassificationSplit;
  readonly test: ClassificationSplit;
}

/** Examples of a function to learn, held in memory. */
export interface RegressionDataset extends AnyDataset {
  readonly kind: 'regression';
  /** Shape of the targets of one example: `[1]` or `[]` for one number, `[outputs]`, `[channels, height, width]`. */
  readonly targetShape: readonly number[];
  readonly train: RegressionSplit;
  readonly test: RegressionSplit;
}

export type Dataset = ClassificationDataset | RegressionDataset;

/** Random changes to training examples, drawn anew in every epoch. */
export interface Augmentation {
  /** Pad each side by this many black pixels (stored value 0), then crop at random to the original size. */
  readonly crop?: number;
  /** Mirror left to right with probability 1/2. */
  readonly flip?: boolean;
  /**
   * Cut the examples from a random place on, less than one example's length from the start: for sequences with a class at
   * every position, which are parts of one long sequence. At most one example less fits in.
   */
  readonly shift?: boolean;
}

/** A network by name; `hidden` are the widths of the hidden layers, their activation is `relu` by default. */
export type ModelSpec =
  | { readonly kind: 'mlp'; readonly hidden: readonly number[]; readonly activation?: Activation }
  | { readonly kind: 'wrn'; readonly depth: number; readonly width: number }
  | { readonly kind: 'transformer'; readonly layers: number; readonly width: number };

/** What a training run is made of. */
export interface JobOptions {
  readonly data: Dataset;
  /**
   * A name (`mlp-64-64`, `wrn-16-4`), the path of an `.onnx` file, a description, or a function: of one's own, or from
   * `modelFromOnnx`, which has options.
   */
  readonly model: string | ModelSpec | Model;
  readonly optimizer: OptimizerSpec;
  /** Default: that of a model from `modelFromOnnx`, or else `crossEntropy` for classes and `mse` for numbers. */
  readonly loss?: Loss;
  /** Examples a step; the last batch of an epoch may be smaller. Default 128. */
  readonly batchSize?: number;
  /** Decides initial weights, order of the data and augmentation. Default 0. */
  readonly seed?: number;
  readonly augmentation?: Augmentation;
  /** Weights to start from, by name; those that are not named start at random. */
  readonly parameters?: Readonly<Record<string, Float32Array>>;
  /** Threads of the runtime; default: all cores, or one where a step takes but some microseconds. */
  readonly threads?: number;
  /**
   * What computes, one of `availableProviders()`: `cpu`, `webgpu`, `cuda`... On `webgpu` the whole step does, and weights
   * and moments stay there; other ones compute gradients, and the optimizer runs on the CPU. Default `cpu`.
   */
  readonly provider?: string;
}

export interface TrainerOptions extends JobOptions {
  /** Gives up opening the network; of no effect once it is open. */
  readonly signal?: AbortSignal;
}

export interface FitOptions {
  readonly epochs: number;
  /** Stops after the current step; `fit` then resolves with status `stopped`. */
  readonly signal?: AbortSignal;
  /** Called up to ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
  readonly onEpoch?: (epoch: EpochResult) => void;
}

export interface Progress {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, of `steps` in all. */
  readonly step: number;
  readonly steps: number;
  /** Training images a second in this epoch. */
  readonly examplesPerSecond: number;
  /** Mean training loss of the epoch so far. */
  readonly loss: number;
}

/** The hyperparameters in force at a step. A value is absent where the optimizer has none. */
export interface StepValues {
  readonly lr: number;
  readonly momentum?: number;
  readonly p?: number;
}

export interface EpochResult extends StepValues {
  /** From 1. */
  readonly epoch: number;
  /** Steps done since the start, those that were skipped included. */
  readonly step: number;
  /** Mean over the epoch's training examples, as seen while training; without steps whose loss was not finite. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** Share of the test split's labels told rightly, 0 to 1; absent in regression. */
  readonly testAccuracy?: number;
  /** Time of the epoch, evaluation included; where it was stopped and resumed, of all its parts. */
  readonly seconds: number;
  /** Training images a second, evaluation not counted. */
  readonly examplesPerSecond: number;
}

/** One point of the curves over steps; thinned evenly so that a call of `fit` has at most 500. */
export interface TracePoint extends StepValues {
  readonly step: number;
  /** Mean of the batch losses since the previous point. */
  readonly loss: number;
}

export interface FitResult {
  /**
   * `diverged`: the loss or a gradient stopped being finite, and the optimizer does not skip such steps (`nonFinite`); what
   * was finished before is kept.
   */
  readonly status: 'completed' | 'diverged' | 'stopped';
  /** Why a run diverged. */
  readonly reason?: string;
  readonly epochs: readonly EpochResult[];
  readonly trace: readonly TracePoint[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

export interface Evaluation {
  readonly loss: number;
  /** Share of the labels told rightly, 0 to 1; absent in regression. */
  readonly accuracy?: number;
}

/** A network in training. The work is done in a child process, one call after the other: the caller stays responsive. */
export interface Trainer {
  /**
   * Trains for so many epochs more; an epoch that was stopped midway is finished as the first of them. What a callback
   * throws stops the training, and `fit` rejects with it.
   */
  fit(options: FitOptions): Promise<FitResult>;
  /** Loss and accuracy on a split; default: the test split. */
  evaluate(split?: Split): Promise<Evaluation>;
  /**
   * Logits `[count, ...labelShape, classes]`, in regression the outputs `[count, ...targetShape]`, for inputs in the data
   * set's stored form.
   */
  predict(inputs: Split['inputs']): Promise<Float32Array>;
  /** Current parameters, and running statistics of batch normalisation, by name. */
  weights(): Promise<Record<string, Float32Array>>;
  /**
   * The network for inference as an ONNX file (input `x`: normalised `[n, ...shape]`; output `logits`, in regression
   * `output`). One that came from a file has the inputs and outputs of that.
   */
  toOnnx(): Promise<Uint8Array>;
  /** Writes {@link toOnnx} to a file, which is replaced as a whole. */
  save(path: string): Promise<void>;
  /** Ends the child process. */
  close(): Promise<void>;
}
