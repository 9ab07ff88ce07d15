import { addGradient, divGradient, mulGradient, subGradient } from './arithmetic.js';
import { batchNormalizationGradient } from './batch-normalization.js';
import { convGradient } from './conv.js';
import type { GradientRule } from './gradient-rule.js';
import { gemmGradient, matMulGradient } from './mat-mul.js';
import { globalAveragePoolGradient } from './pool.js';
import { reduceMeanGradient, reduceSumGradient, reduceSumSquareGradient } from './reduce.js';
import { reshapeGradient, transposeGradient } from './shape.js';
import { logSoftmaxGradient, softmaxGradient } from './softmax.js';
import {
  expGradient,
  identityGradient,
  logGradient,
  negGradient,
  reluGradient,
  sqrtGradient,
} from './unary.js';

/** Every operator that can be differentiated, by its ONNX name. */
export const gradients: Readonly<Record<string, GradientRule>> = {
  Add: addGradient,
  BatchNormalization: batchNormalizationGradient,
  Conv: convGradient,
  Div: divGradient,
  Exp: expGradient,
  Flatten: reshapeGradient,
  Gemm: gemmGradient,
  GlobalAveragePool: globalAveragePoolGradient,
  Identity: identityGradient,
  Log: logGradient,
  LogSoftmax: logSoftmaxGradient,
  MatMul: matMulGradient,
  Mul: mulGradient,
  Neg: negGradient,
  ReduceMean: reduceMeanGradient,
  ReduceSum: reduceSumGradient,
  ReduceSumSquare: reduceSumSquareGradient,
  Relu: reluGradient,
  Reshape: reshapeGradient,
  Softmax: softmaxGradient,
  Sqrt: sqrtGradient,
  Sub: subGradient,
  Transpose: transposeGradient,
};
