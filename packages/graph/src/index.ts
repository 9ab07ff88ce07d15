export type { Attribute, Attributes } from './attribute.js';
export { differentiate } from './differentiate.js';
export {
  type ConstantOptions,
  Graph,
  type GraphOptions,
  type Node,
  type NodeOptions,
  type Output,
  type Value,
} from './graph.js';
export { fromOnnx } from './onnx/from-onnx.js';
export { toOnnx } from './onnx/to-onnx.js';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  batchNormalizationTraining,
} from './operators/batch-normalization.js';
export { cast } from './operators/cast.js';
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv,
  convTranspose,
  type Pads,
} from './operators/conv.js';
export {
  add,
  clip,
  div,
  exp,
  greater,
  identity,
  log,
  max,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sqrt,
  sub,
  tanh,
} from './operators/elementwise.js';
export { type GemmOptions, gemm, matMul } from './operators/mat-mul.js';
export { globalAveragePool } from './operators/pool.js';
export { type ReduceOptions, reduceMax, reduceMean, reduceSum, reduceSumSquare } from './operators/reduce.js';
export {
  elementAt,
  expandLike,
  flatten,
  reshape,
  reshapeLike,
  shapeOf,
  sizeValueOf,
  transpose,
} from './operators/shape.js';
export { concat, pad, type SliceOptions, slice } from './operators/slice.js';
export { logSoftmax, oneHot, softmax, softmaxCrossEntropy } from './operators/softmax.js';
export { where } from './operators/where.js';
export { type BlockOptions, blockLayout } from './passes/blocked/blocked-layout.js';
export { lower } from './passes/lower.js';
export { lowerConvolutions } from './passes/lower-convolutions.js';
export { rebuild } from './passes/rebuild.js';
export type { Dim, DType, Shape, TensorData, TensorType } from './tensor-type.js';
