import { intsOf, numberOf, string, stringOf } from '../graph/attribute.js';
import type { Node, Value } from '../graph/graph.js';
import { type Dim, formatShape, normalizeAxis } from '../graph/tensor-type.js';
import { contentsOf } from './contents.js';
import { inputOf, type Operator } from './operator.js';

/** One axis of a Resize node: its length before and after, and the scale, output elements per input element. */
export interface ResizedAxis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

export const resizeOperator: Operator = {
  infer: (node) => {
    const { dtype, shape } = inputOf(node, 0);
    const result: Dim[] = [...shape];
    for (const { axis, to } of resizedAxes(node)) result[axis] = to;
    return [{ dtype, shape: result }];
  },
};

/** The axes whose elements a Resize node changes. */
export function resizedAxes(node: Node): ResizedAxis[] {
  const { shape } = inputOf(node, 0);
  const policy = stringOf(node.attributes, 'keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch')
    throw new RangeError(`keep_aspect_ratio_policy ${policy} is not supported; stretch is`);
  const axes = intsOf(node.attributes, 'axes')?.map((axis) => normalizeAxis(axis, shape.length));
  const { scales, sizes } = targetOf(node);
  const given = scales ?? sizes!;
  if (given.length !== (axes ?? shape).length)
    throw new RangeError(`${formatShape(given)} does not fit ${(axes ?? shape).length} dimensions`);
  return given.flatMap((value, i): ResizedAxis[] => {
    const axis = axes?.[i] ?? i;
    const dim = shape[axis]!;
    if (scales ? value === 1 : value === dim) return [];
    if (typeof dim === 'string' || typeof value === 'string')
      throw new RangeError(`dimension ${axis} is symbolic and cannot be resized`);
    const to = scales ? Math.floor(dim * value) : value;
    if (to < 1) throw new RangeError(`dimension ${axis} cannot become ${to}`);
    return [{ axis, from: dim, to, scale: scales ? value : to / dim }];
  });
}

/** The scales or sizes of a Resize node; an empty list stands for none. */
function targetOf(node: Node): { scales?: readonly number[]; sizes?: readonly Dim[] } {
  const [scales, sizes] = [node.inputs[2], node.inputs[3]].map((input) =>
    input && input.shape[0] !== 0 ? input : undefined,
  );
  if (Boolean(scales) === Boolean(sizes)) throw new RangeError('it needs either scales or sizes');
  const known = contentsOf(scales ?? sizes);
  if (!known) throw new RangeError(`the ${scales ? 'scales' : 'sizes'} must be known`);
  return scales ? { scales: known as readonly number[] } : { sizes: known };
}

/** How coordinates of the output become coordinates of the input, by ONNX's names. */
export type Coordinates = 'half_pixel' | 'pytorch_half_pixel' | 'align_corners' | 'asymmetric';

export interface ResizeOptions {
  readonly mode: 'nearest' | 'linear';
  /** The ratio of output to input length, for each dimension of the plane. */
  readonly scales: readonly number[];
  /** Default: half_pixel, which is right for images; PyTorch's nearest mode is asymmetric. */
  readonly coordinates?: Coordinates;
}

/** Resizes the plane of `x` `[n, c, ...]`. Mode nearest takes the element at or before a coordinate. */
export function resize(x: Value, { mode, scales, coordinates = 'half_pixel' }: ResizeOptions): Value {
  const attributes = {
    mode: string(mode),
    coordinate_transformation_mode: string(coordinates),
    nearest_mode: string(coordinates === 'asymmetric' ? 'floor' : 'round_prefer_floor'),
  };
  return x.graph.add('Resize', [x, undefined, x.graph.constant([1, 1, ...scales])], attributes).outputs[0]!;
}

/** The mode of a Resize node. @throws RangeError for one that is not linear along each axis */
export function resizeModeOf({ attributes }: Node): 'nearest' | 'linear' {
  const mode = stringOf(attributes, 'mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear')
    throw new RangeError(`mode ${mode} is not supported; nearest and linear are`);
  if (numberOf(attributes, 'antialias', 0)) throw new RangeError('antialias is not supported');
  return mode;
}
