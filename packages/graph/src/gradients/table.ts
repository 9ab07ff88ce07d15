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
import { dropoutGradient } from './dropout.js';
import { einsumGradient } from './einsum.js';
import {
  gatherElementsGradient,
  gatherGradient,
  gatherNDGradient,
  scatterElementsGradient,
  scatterNDGradient,
} from './gather.js';
import type { GradientRule } from './gradient-rule.js';
import { gemmGradient, matMulGradient } from './mat-mul.js';
import {
  averagePoolGradient,
  globalAveragePoolGradient,
  globalMaxPoolGradient,
  maxPoolGradient,
} from './pool.js';
import { reduceMeanGradient, reduceSumGradient, reduceSumSquareGradient } from './reduce.js';
import { resizeGradient } from './resize.js';
import { expandGradient, reshapeGradient, transposeGradient } from './shape.js';
import { concatGradient, padGradient, sliceGradient } from './slice.js';
import { logSoftmaxGradient, softmaxGradient } from './softmax.js';
import { depthToSpaceGradient, spaceToDepthGradient } from './space.js';
import { splitGradient, tileGradient } from './split.js';
import { triluGradient } from './trilu.js';
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
  AveragePool: averagePoolGradient,
  BatchNormalization: batchNormalizationGradient,
  Cast: castGradient,
  Concat: concatGradient,
  Conv: convGradient,
  ConvTranspose: convTransposeGradient,
  DepthToSpace: depthToSpaceGradient,
  Div: divGradient,
  Dropout: dropoutGradient,
  Einsum: einsumGradient,
  Exp: expGradient,
  Expand: expandGradient,
  Flatten: reshapeGradient,
  Gather: gatherGradient,
  GatherElements: gatherElementsGradient,
  GatherND: gatherNDGradient,
  Gemm: gemmGradient,
  GlobalAveragePool: globalAveragePoolGradient,
  GlobalMaxPool: globalMaxPoolGradient,
  Identity: identityGradient,
  Log: logGradient,
  LogSoftmax: logSoftmaxGradient,
  MatMul: matMulGradient,
  Max: maxGradient,
  MaxPool: maxPoolGradient,
  Mul: mulGradient,
  Neg: negGradient,
  Pad: padGradient,
  Pow: powGradient,
  ReduceMean: reduceMeanGradient,
  ReduceSum: reduceSumGradient,
  ReduceSumSquare: reduceSumSquareGradient,
  Relu: reluGradient,
  Reshape: reshapeGradient,
  Resize: resizeGradient,
  ScatterElements: scatterElementsGradient,
  ScatterND: scatterNDGradient,
  Sigmoid: sigmoidGradient,
  Slice: sliceGradient,
  Softmax: softmaxGradient,
  SpaceToDepth: spaceToDepthGradient,
  Split: splitGradient,
  Sqrt: sqrtGradient,
  Squeeze: reshapeGradient,
  Sub: subGradient,
  Tanh: tanhGradient,
  Tile: tileGradient,
  Transpose: transposeGradient,
  Trilu: triluGradient,
  Unsqueeze: reshapeGradient,
  Where: whereGradient,
};
