import { batchNormalizationOperator } from './batch-normalization.js';
import { castOperator } from './cast.js';
import { convOperator, convTransposeOperator } from './conv.js';
import { binary, comparison, unary } from './elementwise.js';
import { gemmOperator, matMulOperator } from './mat-mul.js';
import type { Operator } from './operator.js';
import { globalPoolOperator, poolOperator } from './pool.js';
import { reduceOperator } from './reduce.js';
import {
  expandOperator,
  flattenOperator,
  gatherOperator,
  reshapeOperator,
  shapeOperator,
  sizeOperator,
  squeezeOperator,
  transposeOperator,
  unsqueezeOperator,
} from './shape.js';
import { concatOperator, padOperator, sliceOperator } from './slice.js';
import { oneHotOperator, softmaxOperator } from './softmax.js';
import { whereOperator } from './where.js';

/** Every operator whose output types can be inferred, by its ONNX name. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: binary,
  AveragePool: poolOperator,
  BatchNormalization: batchNormalizationOperator,
  Cast: castOperator,
  Clip: unary,
  Concat: concatOperator,
  Conv: convOperator,
  ConvTranspose: convTransposeOperator,
  Div: binary,
  Equal: comparison,
  Erf: unary,
  Exp: unary,
  Expand: expandOperator,
  Flatten: flattenOperator,
  Gather: gatherOperator,
  Gemm: gemmOperator,
  GlobalAveragePool: globalPoolOperator,
  Greater: comparison,
  Identity: unary,
  LeakyRelu: unary,
  Less: comparison,
  Log: unary,
  LogSoftmax: softmaxOperator,
  MatMul: matMulOperator,
  Max: binary,
  MaxPool: poolOperator,
  Min: binary,
  Mul: binary,
  Neg: unary,
  OneHot: oneHotOperator,
  Pad: padOperator,
  Pow: binary,
  ReduceMax: reduceOperator,
  ReduceMean: reduceOperator,
  ReduceMin: reduceOperator,
  ReduceSum: reduceOperator,
  ReduceSumSquare: reduceOperator,
  Relu: unary,
  Reshape: reshapeOperator,
  Shape: shapeOperator,
  Sigmoid: unary,
  Size: sizeOperator,
  Slice: sliceOperator,
  Softmax: softmaxOperator,
  Sqrt: unary,
  Squeeze: squeezeOperator,
  Sub: binary,
  Tanh: unary,
  Transpose: transposeOperator,
  Unsqueeze: unsqueezeOperator,
  Where: whereOperator,
};
