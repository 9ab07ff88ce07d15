import { reshape, transpose } from '../operators/shape.js';
import { blockOf, depthOrderOf, depthToSpace, spaceToDepth } from '../operators/space.js';
import { singleOutput } from './gradient-rule.js';

/** DepthToSpace: the inverse of dy */
export const depthToSpaceGradient = singleOutput((node, dy) => {
  const block = blockOf(node);
  if (depthOrderOf(node) === 'DCR') return [spaceToDepth(dy, block)];
  const [n, c, h, w] = dy.shape;
  const [rows, columns] = [Number(h) / block, Number(w) / block];
  const blocks = reshape(dy, [n!, c!, rows, block, columns, block]);
  const depth = transpose(blocks, [0, 1, 3, 5, 2, 4]);
  return [reshape(depth, [n!, Number(c) * block * block, rows, columns])];
});

/** SpaceToDepth: the inverse of dy */
export const spaceToDepthGradient = singleOutput((node, dy) => [depthToSpace(dy, blockOf(node))]);
