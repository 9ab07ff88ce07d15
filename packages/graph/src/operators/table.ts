import { geluOperator, pReluOperator } from './activations.js';
import { batchNormalizationOperator } from './batch-normalization.js';
import { castOperator } from './cast.js';
import { clipOperator } from './clip.js';
import { convOperator, convTransposeOperator } from './conv.js';
import { cumSumOperator } from './cum-sum.js';
import { dropoutOperator } from './dropout.js';
import { einsumOperator } from './einsum.js';
import { binary, comparison, floatUnary, unary, variadic } from './elementwise.js';
import {
  gatherElementsOperator,
  gatherNDOperator,
  gatherOperator,
  scatterElementsOperator,
  scatterNDOperator,
} from './gather.js';
import { constantOfShapeOperator, rangeOperator } from './generate.js';
import { kindOperator, logicOperator, notOperator } from './logic.js';
import { negativeLogLikelihoodLossOperator, softmaxCrossEntropyLossOperator } from './loss.js';
import { gemmOperator, matMulOperator } from './mat-mul.js';
import {
  groupNormalizationOperator,
  instanceNormalizationOperator,
  layerNormalizationOperator,
} from './normalization.js';
import type { Operator } from './operator.js';
import { averagePoolOperator, globalPoolOperator, maxPoolOperator } from './pool.js';
import { reduceOperator } from './reduce.js';
import { resizeOperator } from './resize.js';
import {
  expandOperator,
  flattenOperator,
  reshapeOperator,
  shapeOperator,
  sizeOperator,
  squeezeOperator,
  transposeOperator,
  unsqueezeOperator,
} from './shape.js';
import { concatOperator, padOperator, sliceOperator } from './slice.js';
import { oneHotOperator, softmaxOperator } from './softmax.js';
import { depthToSpaceOperator, spaceToDepthOperator } from './space.js';
import { splitOperator } from './split.js';
import { tileOperator } from './tile.js';
import { triluOperator } from './trilu.js';
import { whereOperator } from './where.js';

/** Every operator whose output types can be inferred, by its ONNX name. */
export const operators: Readonly<Record<string, Operator>> = {
  Abs: unary,
  Add: binary,
  And: logicOperator,
  AveragePool: averagePoolOperator,
  BatchNormalization: batchNormalizationOperator,
  Cast: castOperator,
  Ceil: floatUnary,
  Celu: floatUnary,
  Clip: clipOperator,
  Concat: concatOperator,
  ConstantOfShape: constantOfShapeOperator,
  Conv: convOperator,
  ConvTranspose: convTransposeOperator,
  Cos: floatUnary,
  CumSum: cumSumOperator,
  DepthToSpace: depthToSpaceOperator,
  Div: binary,
  Dropout: dropoutOperator,
  Einsum: einsumOperator,
  Elu: floatUnary,
  Equal: comparison,
  Erf: unary,
  Exp: unary,
  Expand: expandOperator,
  Flatten: flattenOperator,
  Floor: floatUnary,
  Gather: gatherOperator,
  GatherElements: gatherElementsOperator,
  GatherND: gatherNDOperator,
  Gelu: geluOperator,
  Gemm: gemmOperator,
  GlobalAveragePool: globalPoolOperator,
  GlobalMaxPool: globalPoolOperator,
  Greater: comparison,
  GreaterOrEqual: comparison,
  GroupNormalization: groupNormalizationOperator,
  HardSigmoid: floatUnary,
  HardSwish: floatUnary,
  Identity: unary,
  InstanceNormalization: instanceNormalizationOperator,
  IsInf: kindOperator,
  IsNaN: kindOperator,
  LayerNormalization: layerNormalizationOperator,
  LeakyRelu: floatUnary,
  Less: comparison,
  LessOrEqual: comparison,
  Log: unary,
  LogSoftmax: softmaxOperator,
  MatMul: matMulOperator,
  Max: variadic,
  MaxPool: maxPoolOperator,
  Mean: variadic,
  Min: variadic,
  Mish: floatUnary,
  Mul: binary,
  Neg: unary,
  NegativeLogLikelihoodLoss: negativeLogLikelihoodLossOperator,
  Not: notOperator,
  OneHot: oneHotOperator,
  Or: logicOperator,
  PRelu: pReluOperator,
  Pad: padOperator,
  Pow: binary,
  Range: rangeOperator,
  Reciprocal: floatUnary,
  ReduceL1: reduceOperator,
  ReduceL2: reduceOperator,
  ReduceLogSum: reduceOperator,
  ReduceLogSumExp: reduceOperator,
  ReduceMax: reduceOperator,
  ReduceMean: reduceOperator,
  ReduceMin: reduceOperator,
  ReduceProd: reduceOperator,
  ReduceSum: reduceOperator,
  ReduceSumSquare: reduceOperator,
  Relu: unary,
  Reshape: reshapeOperator,
  Resize: resizeOperator,
  Round: floatUnary,
  ScatterElements: scatterElementsOperator,
  ScatterND: scatterNDOperator,
  Selu: floatUnary,
  Shape: shapeOperator,
  Sigmoid: unary,
  Sign: unary,
  Sin: floatUnary,
  Size: sizeOperator,
  Slice: sliceOperator,
  Softmax: softmaxOperator,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropyLossOperator,
  Softplus: floatUnary,
  Softsign: floatUnary,
  SpaceToDepth: spaceToDepthOperator,
  Split: splitOperator,
  Sqrt: unary,
  Squeeze: squeezeOperator,
  Sub: binary,
  Sum: variadic,
  Tanh: unary,
  ThresholdedRelu: floatUnary,
  Tile: tileOperator,
  Transpose: transposeOperator,
  Trilu: triluOperator,
  Unsqueeze: unsqueezeOperator,
  Where: whereOperator,
  Xor: logicOperator,
};

/** Whether the output types of an operator can be inferred, given its ONNX name. */
export function isKnownOperator(op: string): boolean {
  return Object.hasOwn(operators, op);
}
