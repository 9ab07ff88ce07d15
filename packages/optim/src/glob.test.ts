import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.js';

describe('matchesGlob', () => {
  it.each([
    ['w', 'w', true],
    ['w', 'w1', false],
    ['', 'w', false],
    ['*', '', true],
    ['*', 'any.thing', true],
    ['*.bias', 'layer1.bias', true],
    ['*.bias', 'bias', false],
    ['*.bias', 'layer1.bias.scale', false],
    ['block*.bn*.weight', 'block1.0.bn2.weight', true],
    ['block*.bn*.weight', 'block1.0.conv2.weight', false],
    ['a*a', 'a', false],
    ['a*b*b', 'ab', false],
    ['a*bc*c', 'abcc', true],
    ['a*bc*c', 'abc', false],
    ['*ab*ab', 'ab', false],
    ['a.c', 'abc', false],
    ['a**c', 'ac', true],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(matchesGlob(pattern, name)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const letters = (chars: readonly string[]) =>
      fc.array(fc.constantFrom(...chars), { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(letters(['a', 'b', '*']), letters(['a', 'b']), (pattern, name) => {
        expect(matchesGlob(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
      { numRuns: 1000 },
    );
  });
});
