import { describe, it } from 'vitest';
import { differentiate } from '../differentiate.js';
import type { Shape } from '../graph/tensor-type.js';
import { einsum } from '../operators/einsum.js';
import { mul } from '../operators/elementwise.js';
import { reduceSum } from '../operators/reduce.js';
import { checkGradient } from '../testing/check-gradient.js';

const dims = { n: 3, t: 2 };

describe('gradient of Einsum', () => {
  it.each<[equation: string, ...shapes: Shape[]]>([
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['ij,jk', [2, 3], [3, 4]],
    ['bij,bjk->bik', ['n', 't', 3], ['n', 3, 2]],
    ['bhid,bhjd->bhij', ['n', 2, 't', 3], ['n', 2, 't', 3]],
    ['bij,kj->bki', ['n', 2, 3], [4, 3]],
    ['i,j->ij', [3], [2]],
    ['ij,ij->', [2, 3], [2, 3]],
    ['ij,jk->k', [2, 3], [3, 4]],
    ['ijk,k->i', ['n', 't', 3], [3]],
    ['ij->ji', ['n', 3]],
    ['ijk->j', ['n', 2, 't']],
    ['ba', [2, 3]],
    ['...ij,jk->...ik', ['n', 2, 3, 2], [2, 3]],
    ['...ij,...jk->...ik', ['n', 't', 2, 3], ['n', 't', 3, 2]],
    ['i...,...j->j...i', [2, 'n', 't'], ['n', 't', 3]],
    ['b...,a...', [2, 3], [4, 3]],
    ['...->...', ['n', 2]],
    ['ai,ij,jb->ab', [2, 3], [3, 2], [2, 4]],
  ])('agrees with differences for %s', async (equation, ...shapes) => {
    await checkGradient(
      shapes.map((shape) => ({ shape, dims })),
      (...values) => einsum(equation, values),
    );
  });

  it('can be differentiated again', async () => {
    await checkGradient([{ shape: ['n', 2], dims }, { shape: [2, 3] }], (a, b) => {
      const y = einsum('ij,jk->ik', [a, b]);
      return differentiate(reduceSum(mul(y, y)), [a, b])[1]!;
    });
  });
});
