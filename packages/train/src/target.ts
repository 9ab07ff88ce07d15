import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import { sizeOf } from './tensors.js';
import type { ClassificationDataset, RegressionDataset } from './types.js';

/** What a network learns of an example: so many classes, or numbers of a shape. A data set says either. */
export type Target = number | Pick<ClassificationDataset, 'classes'> | Pick<RegressionDataset, 'targetShape'>;

/** The targets as they enter a graph: class numbers as `labels`, or numbers as `targets`. */
export interface TargetSpec {
  readonly name: 'labels' | 'targets';
  readonly dtype: 'int64' | 'float32' | 'float64';
  /** Shape for one example. */
  readonly shape: readonly number[];
}

/** What leaves a network: `logits`, or in regression the `output`. */
export interface OutputSpec {
  readonly name: 'logits' | 'output';
  /** Shape for one example: `[...labelShape, classes]`, or the shape of the targets. */
  readonly shape: readonly number[];
}

/** The values of a batch's targets: class numbers as ONNX operators take them, or numbers. */
export type TargetValues = BigInt64Array | Float32Array;

export function targetTensor(
  Tensor: TensorConstructor,
  values: TargetValues,
  shape: readonly number[],
): Tensor {
  return values instanceof BigInt64Array
    ? new Tensor('int64', values, shape)
    : new Tensor('float32', values, shape);
}

/** How many values a model is asked for: one a class, or all numbers of an example's targets. */
export function outputSize(target: Target): number {
  if (typeof target === 'number') return target;
  return 'classes' in target ? target.classes : sizeOf(target.targetShape);
}

/** The shape of an example's targets in regression; nothing for classes, where the model says it. */
export function targetShapeOf(target: Target): readonly number[] | undefined {
  return typeof target === 'object' && 'targetShape' in target ? target.targetShape : undefined;
}
