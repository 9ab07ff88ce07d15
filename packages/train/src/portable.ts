/** What works in Node and in a browser alike: everything but files, downloads and child processes. */
export type { OptimizerSpec } from '@spectrain/optim';
export { batchLabels } from './data/batch-labels.js';
export { countExamples } from './data/count-examples.js';
export { DataError } from './data/data-error.js';
export { dataSetFromFiles } from './data/data-set-from-files.js';
export type { DataDownload, DataFile, DataProgress, DataSetInfo } from './data/data-set-info.js';
export { dataSets, findDataSet } from './data/data-sets.js';
export { epochOrder } from './data/epoch-order.js';
export { type FillBatchOptions, fillBatch } from './data/fill-batch.js';
export {
  type ArraySplit,
  type FromArraysOptions,
  fromArrays,
  type RegressionArraySplit,
  type RegressionArraysOptions,
} from './data/from-arrays.js';
export type { NestedNumbers } from './data/nested-numbers.js';
export {
  type BandsData,
  type BandsOptions,
  bands,
} from './data/synthetic/bands.js';
export {
  type BoundaryData,
  type BoundaryOptions,
  boundaryGrid,
  checkerboard,
  moons,
  rings,
  spirals,
  wave,
} from './data/synthetic/boundaries.js';
export {
  isSyntheticTask,
  parseSyntheticTask,
  type SyntheticTask,
  syntheticData,
  syntheticKinds,
} from './data/synthetic/parse-synthetic-task.js';
export {
  type GratingsOptions,
  gratings,
  type SineComponent,
  type SinesData,
  type SinesOptions,
  type Spacing,
  sines,
} from './data/synthetic/sines.js';
export type { Interval, SyntheticData, SyntheticOptions } from './data/synthetic/synthetic-task.js';
export { fromText, type TextData, type TextOptions } from './data/text.js';
export { validationSplit } from './data/validation-split.js';
export { DeviceStep, type DeviceStepOptions } from './device-step.js';
export { Engine, type FitEvents, type Job, type NextStep, type StepReport } from './engine.js';
export { type GenerateTextOptions, generateText } from './generate-text.js';
export type { Loss, LossFunction, LossName } from './losses.js';
export {
  type Initializer,
  Layers,
  type LayersOptions,
  type Model,
  type TensorSpec,
} from './models/layers.js';
export { type Activation, activations, mlp } from './models/mlp.js';
export { ModelFileError, modelFromOnnx, type OnnxModelOptions } from './models/model-from-onnx.js';
export { buildModel, ModelNameError, modelName, modelNames, parseModel } from './models/model-name.js';
export type { BatchNormalizationMode, TrainableOptions } from './models/onnx-weights.js';
export { transformer } from './models/transformer.js';
export { wrn } from './models/wrn.js';
export {
  addUpdate,
  finiteOutput,
  momentInput,
  type UpdatedParameter,
} from './optimizer-graph/add-update.js';
export {
  type CoefficientName,
  coefficientInput,
  coefficientNames,
  coefficientValues,
  nextCoefficients,
} from './optimizer-graph/coefficients.js';
export { checkLabelShape, compileProgram, inferenceGraph, nextOutput, type Program } from './program.js';
export { type RandomStream, randomStream } from './random/random-stream.js';
export { blockOfChannels } from './runtime/block-of-channels.js';
export type { Runtime, Session, SessionOptions, Tensors } from './runtime/runtime.js';
export { readSafetensors, writeSafetensors } from './safetensors.js';
export {
  NonFiniteLossError,
  NonFiniteStepError,
  type Step,
  type StepPosition,
  type StepState,
} from './step.js';
export { compileStep, type StepProgram } from './step-program.js';
export type { OutputSpec, Target, TargetSpec, TargetValues } from './target.js';
export { NamedTensors } from './tensors.js';
export { TrainStep, type TrainStepOptions } from './train-step.js';
export type { TrainingPosition, TrainingState } from './training-state.js';
export * from './types.js';
