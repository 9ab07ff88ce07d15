import { batchNormalizationOperator } from './batch-normalization.js';
import { castOperator } from './cast.js';
import { convOperator, convTransposeOperator } from './conv.js';
import { dropoutOperator } from './dropout.js';
import { einsumOperator } from './einsum.js';
import { binary, comparison, unary } from './elementwise.js';
import {
  gatherElementsOperator,
  gatherNDOperator,
  gatherOperator,
  scatterElementsOperator,
  scatterNDOperator,
} from './gather.js';
import { constantOfShapeOperator, rangeOperator } from './generate.js';
import { gemmOperator, matMulOperator } from './mat-mul.js';
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
  Add: binary,
  AveragePool: averagePoolOperator,
  BatchNormalization: batchNormalizationOperator,
  Cast: castOperator,
  Clip: unary,
  Concat: concatOperator,
  ConstantOfShape: constantOfShapeOperator,
  Conv: convOperator,
  ConvTranspose: convTransposeOperator,
  DepthToSpace: depthToSpaceOperator,
  Div: binary,
  Dropout: dropoutOperator,
  Einsum: einsumOperator,
  Equal: comparison,
  Erf: unary,
  Exp: unary,
  Expand: expandOperator,
  Flatten: flattenOperator,
  Gather: gatherOperator,
  GatherElements: gatherElementsOperator,
  GatherND: gatherNDOperator,
  Gemm: gemmOperator,
  GlobalAveragePool: globalPoolOperator,
  GlobalMaxPool: globalPoolOperator,
  Greater: comparison,
  Identity: unary,
  LeakyRelu: unary,
  Less: comparison,
  Log: unary,
  LogSoftmax: softmaxOperator,
  MatMul: matMulOperator,
  Max: binary,
  MaxPool: maxPoolOperator,
  Min: binary,
  Mul: binary,
  Neg: unary,
  OneHot: oneHotOperator,
  Pad: padOperator,
  Pow: binary,
  Range: rangeOperator,
  ReduceMax: reduceOperator,
  ReduceMean: reduceOperator,
  ReduceMin: reduceOperator,
  ReduceSum: reduceOperator,
  ReduceSumSquare: reduceOperator,
  Relu: unary,
  Reshape: reshapeOperator,
  Resize: resizeOperator,
  ScatterElements: scatterElementsOperator,
  ScatterND: scatterNDOperator,
  Shape: shapeOperator,
  Sigmoid: unary,
  Size: sizeOperator,
  Slice: sliceOperator,
  Softmax: softmaxOperator,
  SpaceToDepth: spaceToDepthOperator,
  Split: splitOperator,
  Sqrt: unary,
  Squeeze: squeezeOperator,
  Sub: binary,
  Tanh: unary,
  Tile: tileOperator,
  Transpose: transposeOperator,
  Trilu: triluOperator,
  Unsqueeze: unsqueezeOperator,
  Where: whereOperator,
};
