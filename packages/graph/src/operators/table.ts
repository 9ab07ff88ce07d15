import { batchNormalizationOperator } from './batch-normalization.js';
import { castOperator } from './cast.js';
import { convOperator, convTransposeOperator } from './conv.js';
import { binary, comparison, unary } from './elementwise.js';
import { gemmOperator, matMulOperator } from './mat-mul.js';
import type { Operator } from './operator.js';
import { globalPoolOperator } from './pool.js';
import { reduceOperator } from './reduce.js';
import {
  expandOperator,
  flattenOperator,
  reshapeOperator,
  shapeOperator,
  sizeOperator,
  transposeOperator,
} from './shape.js';
import { concatOperator, padOperator, sliceOperator } from './slice.js';
import { oneHotOperator, softmaxOperator } from './softmax.js';
import { whereOperator } from './where.js';

/** Every operator whose output types can be inferred, by its ONNX name. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: binary,
  BatchNormalization: batchNormalizationOperator,
  Cast: castOperator,
  Concat: concatOperator,
  Conv: convOperator,
  ConvTranspose: convTransposeOperator,
  Div: binary,
  Exp: unary,
  Expand: expandOperator,
  Flatten: flattenOperator,
  Gemm: gemmOperator,
  GlobalAveragePool: globalPoolOperator,
  Greater: comparison,
  Identity: unary,
  Log: unary,
  LogSoftmax: softmaxOperator,
  MatMul: matMulOperator,
  Max: binary,
  Mul: binary,
  Neg: unary,
  OneHot: oneHotOperator,
  Pad: padOperator,
  Pow: binary,
  ReduceMean: reduceOperator,
  ReduceSum: reduceOperator,
  ReduceSumSquare: reduceOperator,
  Relu: unary,
  Reshape: reshapeOperator,
  Shape: shapeOperator,
  Size: sizeOperator,
  Slice: sliceOperator,
  Softmax: softmaxOperator,
  Sqrt: unary,
  Sub: binary,
  Transpose: transposeOperator,
  Where: whereOperator,
};
