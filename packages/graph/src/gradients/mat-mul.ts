import type { Value } from '../graph.js';
import { mul } from '../operators/elementwise.js';
import { gemm, gemmOptionsOf, matMul } from '../operators/mat-mul.js';
import { transpose } from '../operators/shape.js';
import { singleOutput, sumToShapeOf } from './gradient-rule.js';

/** Y = A B over broadcast leading dimensions: dA = dY Bᵀ, dB = Aᵀ dY */
export const matMulGradient = singleOutput(({ inputs: [a, b] }, dy, [needA, needB]) => [
  needA ? sumToShapeOf(matMul(dy, swapLast(b!)), a!) : undefined,
  needB ? sumToShapeOf(matMul(swapLast(a!), dy), b!) : undefined,
]);

/** Y = alpha op(A) op(B) + beta C: a gradient of a transposed factor is the transpose of that of the factor. */
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
