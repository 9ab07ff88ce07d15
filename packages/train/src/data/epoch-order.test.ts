import { expect, it } from 'vitest';
import { epochOrder } from './epoch-order.js';

it('visits every example once, in another order for every seed and epoch', () => {
  const orders = [epochOrder(1000, 0, 0), epochOrder(1000, 0, 1), epochOrder(1000, 1, 0)];
  for (const order of orders)
    expect(order.toSorted()).toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
  expect(new Set(orders.map(String)).size).toBe(3);
  expect(epochOrder(1000, 0, 1)).toEqual(orders[1]);
});

it('stays the same from release to release', () => {
  expect([...epochOrder(8, 0, 0)]).toEqual([4, 6, 1, 5, 3, 0, 2, 7]);
});

it('has nothing to order in an empty split', () => {
  expect(epochOrder(0, 0, 0)).toEqual(new Uint32Array());
});
