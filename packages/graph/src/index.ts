export { differentiate } from './differentiate.js';
export type { Annotation } from './graph/annotation.js';
export type { Attribute, Attributes } from './graph/attribute.js';
export {
  type ConstantOptions,
  Graph,
  type GraphOptions,
  type Node,
  type NodeOptions,
  type Output,
  type Value,
} from './graph/graph.js';
export {
  type Dim,
  type DType,
  type Shape,
  sizeOf,
  type TensorData,
  type TensorType,
} from './graph/tensor-type.js';
export { fromOnnx, type OnnxContents, readOnnx } from './onnx/from-onnx.js';
export { toOnnx } from './onnx/to-onnx.js';
export {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  pRelu,
  selu,
  softplus,
  softsign,
  thresholdedRelu,
} from './operators/activations.js';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  batchNormalizationTraining,
} from './operators/batch-normalization.js';
export { cast } from './operators/cast.js';
export { type ClipOptions, clip } from './operators/clip.js';
export { contentsOf } from './operators/contents.js';
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv,
  convTranspose,
  type Pads,
} from './operators/conv.js';
export { type CumSumOptions, cumSum } from './operators/cum-sum.js';
export { type DropoutOptions, dropout } from './operators/dropout.js';
export { einsum } from './operators/einsum.js';
export {
  abs,
  add,
  cos,
  div,
  equal,
  erf,
  exp,
  greater,
  identity,
  less,
  log,
  max,
  min,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  sigmoid,
  sign,
  sin,
  sqrt,
  sub,
  tanh,
} from './operators/elementwise.js';
export {
  gather,
  gatherElements,
  gatherND,
  type ScatterReduction,
  scatterElements,
  scatterND,
} from './operators/gather.js';
export { and, not } from './operators/logic.js';
export {
  type ClassLossOptions,
  type LossReduction,
  negativeLogLikelihoodLoss,
  softmaxCrossEntropyLoss,
} from './operators/loss.js';
export { type GemmOptions, gemm, matMul } from './operators/mat-mul.js';
export {
  type GroupNormalizationOptions,
  groupNormalization,
  instanceNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
} from './operators/normalization.js';
export {
  type AveragePoolOptions,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  type MaxPoolOptions,
  maxPool,
  maxPoolWithIndices,
  type PoolOptions,
} from './operators/pool.js';
export {
  type ReduceOptions,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
} from './operators/reduce.js';
export { type Coordinates, type ResizeOptions, resize } from './operators/resize.js';
export {
  elementAt,
  expandLike,
  flatten,
  reshape,
  reshapeLike,
  shapeOf,
  sizeValueOf,
  transpose,
  unsqueeze,
} from './operators/shape.js';
export { concat, pad, type SliceOptions, slice } from './operators/slice.js';
export { logSoftmax, oneHot, softmax, softmaxCrossEntropy } from './operators/softmax.js';
export { type DepthOrder, depthToSpace, spaceToDepth } from './operators/space.js';
export { split } from './operators/split.js';
export { isKnownOperator } from './operators/table.js';
export { tile } from './operators/tile.js';
export { type TriluOptions, trilu } from './operators/trilu.js';
export { where } from './operators/where.js';
export { type BlockOptions, blockLayout } from './passes/blocked/blocked-layout.js';
export { lower } from './passes/lower.js';
export { lowerConvolutions } from './passes/lower-convolutions.js';
export { rebuild } from './passes/rebuild.js';
