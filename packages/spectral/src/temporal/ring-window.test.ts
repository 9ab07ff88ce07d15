import { expect, it } from 'vitest';
import { RingWindow } from './ring-window.js';

it('keeps the last values, oldest first', () => {
  const window = new RingWindow(2, 3);
  for (let t = 1; t <= 2; t++) window.push([t, -t]);
  expect(window.sequences()).toEqual([Float32Array.of(1, 2), Float32Array.of(-1, -2)]);
  for (let t = 3; t <= 5; t++) window.push([t, -t]);
  expect(window.size).toBe(3);
  expect(window.sequences()).toEqual([Float32Array.of(3, 4, 5), Float32Array.of(-3, -4, -5)]);
  expect(window.rows()).toEqual(Float32Array.of(3, -3, 4, -4, 5, -5));
  expect(() => window.push([1])).toThrow('values has 1 elements, not 2');
  expect(() => new RingWindow(0, 3)).toThrow('count is 0, not a whole number >= 1');
});
