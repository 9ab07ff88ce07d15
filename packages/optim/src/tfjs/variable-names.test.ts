import { describe, expect, it } from 'vitest';
import { matchVariables } from './variable-names.js';

const of = (...names: string[]) => names.map((name) => ({ name, shape: [2, name.includes('bias') ? 1 : 3] }));
const pairs = (map: ReadonlyMap<string, string>) => Object.fromEntries(map);

describe('the variables of a loaded model', () => {
  it('go by name, in any order', () => {
    expect(pairs(matchVariables(of('a/kernel', 'a/bias'), of('a/bias', 'a/kernel')))).toEqual({
      'a/kernel': 'a/kernel',
      'a/bias': 'a/bias',
    });
  });

  it('may be some of those saved', () => {
    expect(matchVariables(of('a/kernel', 'b/kernel'), of('b/kernel')).size).toBe(2);
  });

  it('go by order where the process has named them anew', () => {
    const saved = of('a/kernel', 'a/kernel_1', 'a/bias');
    expect(pairs(matchVariables(saved, of('a/kernel_1', 'a/kernel_2', 'a/bias_1')))).toEqual({
      'a/kernel_1': 'a/kernel',
      'a/kernel_2': 'a/kernel_1',
      'a/bias_1': 'a/bias',
    });
    expect(pairs(matchVariables(of('a/kernel_4'), of('a/kernel')))).toEqual({ 'a/kernel': 'a/kernel_4' });
  });

  it('are refused where they do not fit', () => {
    expect(() => matchVariables(of('a/kernel'), of('b/kernel'))).toThrow(
      'variable b/kernel [2, 3] does not fit a/kernel [2, 3] of the state',
    );
    expect(() => matchVariables(of('a/kernel'), [{ name: 'a/kernel', shape: [3, 2] }])).toThrow('[3, 2]');
    expect(() => matchVariables(of('a/kernel', 'a/bias'), of('a/kernel_1'))).toThrow(
      'the variables are a/kernel_1, but the state is of a/kernel, a/bias',
    );
  });
});
