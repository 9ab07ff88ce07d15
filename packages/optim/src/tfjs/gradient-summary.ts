import {
  abs,
  all,
  cast,
  div,
  isFinite as finiteElements,
  maximum as largerOf,
  max,
  type Scalar,
  square,
  stack,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { NonFiniteGradientError } from '../tensors.js';
import { bounded, smallestDenominator } from './tensor-rule.js';

/** What a step has to know of its gradients, and of the loss, before it moves anything. */
export interface GradientSummary {
  /** The first gradient with an element that is NaN or infinite. */
  readonly nonFinite: string | undefined;
  /** Euclidean norm of all elements, after they are held within the bound; NaN unless asked for. */
  readonly norm: number;
  readonly loss: number | undefined;
}

/** Brings all of it from the backend in one read, for which a GPU has to finish what it was given. */
export function summaryOf(
  gradients: ReadonlyMap<string, Tensor>,
  loss: Scalar | undefined,
  { clipNorm, clipValue = Infinity }: { readonly clipNorm?: number; readonly clipValue?: number },
): GradientSummary {
  const names = [...gradients.keys()];
  const tensors = [...gradients.values()];
  const numbers = read(() => [
    ...(loss ? [loss] : []),
    ...tensors.map((gradient) => all(finiteElements(gradient))),
    ...(clipNorm === undefined
      ? []
      : tensors.flatMap((gradient) => scaledSquares(bounded(gradient, clipValue)))),
  ]);
  const rest = numbers.slice(loss ? 1 : 0);
  const bad = rest.slice(0, names.length).indexOf(0);
  return {
    nonFinite: names[bad],
    norm: clipNorm === undefined ? Number.NaN : normOf(rest.slice(names.length)),
    loss: loss && numbers[0],
  };
}

/** The error for a gradient that {@link summaryOf} found not to be finite. */
export function nonFiniteError(name: string, gradient: Tensor): NonFiniteGradientError {
  const values = gradient.dataSync();
  const index = values.findIndex((value) => !Number.isFinite(value));
  return new NonFiniteGradientError(name, index, values[index]!);
}

function read(scalars: () => readonly Tensor[]): readonly number[] {
  return tidy(() => {
    const tensors = scalars().map((scalar) => cast(scalar, 'float32'));
    return tensors.length === 0 ? [] : Array.from(stack(tensors).dataSync());
  });
}

/** The largest element `a` by size and the sum of squares over `a^2`, which alone might overflow or vanish in float32. */
function scaledSquares(gradient: Tensor): readonly [Tensor, Tensor] {
  const largest = largerOf(max<Scalar>(abs(gradient)), smallestDenominator());
  return [largest, sum(square(div(gradient, largest)))];
}

function normOf(scaled: readonly number[]): number {
  let squares = 0;
  for (let i = 0; i < scaled.length; i += 2) squares += scaled[i]! ** 2 * scaled[i + 1]!;
  return Math.sqrt(squares);
}
