import type { Value } from '../graph/graph.js';
import { mul } from '../operators/elementwise.js';
import { gemm, gemmOptionsOf, matMul } from '../operators/mat-mul.js';
import { reshape, reshapeLike, transpose } from '../operators/shape.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** Y = A B over broadcast leading dimensions: dA = dY Bᵀ, dB = Aᵀ dY. A vector is a row A or a column B. */
export const matMulGradient = singleOutput(({ inputs: [a, b] }, dy, [needA, needB]) => {
  const [rowA, columnB] = [a!.shape.length === 1, b!.shape.length === 1];
  const [left, right] = [rowA ? unsqueeze(a!, 0) : a!, columnB ? unsqueeze(b!, 1) : b!];
  const column = columnB ? unsqueeze(dy, -1) : dy;
  const dY = rowA ? unsqueeze(column, -2) : column;
  const da = needA ? sumToShapeOf(matMul(dY, swapLast(right)), left) : undefined;
  const db = needB ? rightGradient(left, right, dY) : undefined;
  return [da && rowA ? reshapeLike(da, a!) : da, db && columnB ? reshapeLike(db, b!) : db];
});

/** The gradient of a matrix that all others of a batch are multiplied by: one product over all their rows. */
function rightGradient(a: Value, b: Value, dy: Value): Value {
  if (b.shape.length > 2 || a.shape.length === 2) return sumToShapeOf(matMul(swapLast(a), dy), b);
  return gemm(rowsOf(a), rowsOf(dy), undefined, { transA: true });
}

function rowsOf(x: Value): Value {
  return reshape(x, [-1, x.shape.at(-1)!]);
}

function unsqueeze(x: Value, axis: number): Value {
  const axes = x.graph.constant([axis], { dtype: 'int64' });
  return x.graph.add('Unsqueeze', [x, axes]).outputs[0]!;
}

/** Y = alpha op(A) op(B) + beta C: the gradient of a transposed factor is the transpose of the factor's gradient. */
export const gemmGradient = singleOutput((node, dy, [needA, needB, needC]) => {
  const [a, b, c] = node.inputs;
  const { transA, transB, alpha, beta } = gemmOptionsOf(node);
  const da = () =>
    transA
      ? gemm(b!, dy, undefined, { transA: transB, transB: true, alpha })
      : gemm(dy, b!, undefined, { transB: !transB, alpha });
  const db = () =>
    transB
      ? gemm(dy, a!, undefined, { transA: true, transB: transA, alpha })
      : gemm(a!, dy, undefined, { transA: !transA, alpha });
  const dc = () => sumToShapeOf(beta === 1 ? dy : mul(dy, beta), c!);
  return [needA ? da() : undefined, needB ? db() : undefined, needC ? dc() : undefined];
});

function swapLast(x: Value): Value {
  const perm = x.shape.map((_, i) => i);
  const last = perm.length - 1;
  [perm[last], perm[last - 1]] = [last - 1, last];
  return transpose(x, perm);
}
