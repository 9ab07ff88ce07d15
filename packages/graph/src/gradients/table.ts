import {
  addGradient,
  divGradient,
  maxGradient,
  mulGradient,
  powGradient,
  subGradient,
} from './arithmetic.js';
import { batchNormalizationGradient } from './batch-normalization.js';
import { convGradient, convTransposeGradient } from './conv.js';
import type { GradientRule } from './gradient-rule.js';
import { gemmGradient, matMulGradient } from './mat-mul.js';
import { globalAveragePoolGradient } from './pool.js';
import { reduceMeanGradient, reduceSumGradient, reduceSumSquareGradient } from './reduce.js';
import { expandGradient, reshapeGradient, transposeGradient } from './shape.js';
import { concatGradient, padGradient, sliceGradient } from './slice.js';
import { logSoftmaxGradient, softmaxGradient } from './softmax.js';
import {
  castGradient,
  expGradient,
  identityGradient,
  logGradient,
  negGradient,
  reluGradient,
  sigmoidGradient,
  sqrtGradient,
  tanhGradient,
} from './unary.js';
import { whereGradient } from './where.js';

/** Every operator that can be differentiated, by its ONNX name. */
export const gradients: Readonly<Record<string, GradientRule>> = {
  Add: addGradient,
  BatchNormalization: batchNormalizationGradient,
  Cast: castGradient,
  Concat: concatGradient,
  Conv: convGradient,
  ConvTranspose: convTransposeGradient,
  Div: divGradient,
  Exp: expGradient,
  Expand: expandGradient,
  Flatten: reshapeGradient,
  Gemm: gemmGradient,
  GlobalAveragePool: globalAveragePoolGradient,
  Identity: identityGradient,
  Log: logGradient,
  LogSoftmax: logSoftmaxGradient,
  MatMul: matMulGradient,
  Max: maxGradient,
  Mul: mulGradient,
  Neg: negGradient,
  Pad: padGradient,
  Pow: powGradient,
  ReduceMean: reduceMeanGradient,
  ReduceSum: reduceSumGradient,
  ReduceSumSquare: reduceSumSquareGradient,
  Relu: reluGradient,
  Reshape: reshapeGradient,
  Sigmoid: sigmoidGradient,
  Slice: sliceGradient,
  Softmax: softmaxGradient,
  Sqrt: sqrtGradient,
  Squeeze: reshapeGradient,
  Sub: subGradient,
  Tanh: tanhGradient,
  Transpose: transposeGradient,
  Unsqueeze: reshapeGradient,
  Where: whereGradient,
};
