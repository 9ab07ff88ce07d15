import {
  backend as currentBackend,
  dispose,
  engine,
  memory,
  scalar,
  tensor1d,
  type Variable,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NonFiniteGradientError, type OptimizerSpec } from '../index.js';
import { createOptimizer, type SpectrainOptimizer } from './index.js';
import { backends, use } from './testing/backends.js';
import { snapshot, step, variablesOf } from './testing/variables.js';

describe.each(backends)('gradients on %s', (backend) => {
  const start = { w: [1, -2, 3], b: [0.5] };
  const usual = { w: [1, 2, 3], b: [0.5] };
  let variables: Readonly<Record<'w' | 'b', Variable>>;
  const valuesOf = () => [variables.w, variables.b].map((variable) => Array.from(variable.dataSync()));
  const startAt = (values: typeof start) => {
    dispose(variables);
    variables = variablesOf(values);
  };

  beforeEach(async () => {
    await use(backend);
    variables = variablesOf(start);
  });
  afterEach(() => {
    dispose(variables);
  });

  describe('that are not finite', () => {
    it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('stop at %d', async (bad) => {
      const optimizer = createOptimizer({ kind: 'adam', clipValue: 1, clipNorm: 1 });
      step(optimizer, variables, usual);
      const before = await snapshot(optimizer, variables);
      const { numTensors } = memory();
      const fails = () => step(optimizer, variables, { ...usual, w: [1, bad, 3] });
      expect(fails).toThrow(`the gradient of ${variables.w.name} is ${bad} at index 1`);
      expect(fails).toThrow(NonFiniteGradientError);
      expect(memory().numTensors).toBe(numTensors);
      expect(await snapshot(optimizer, variables)).toEqual(before);
    });

    it('are skipped where asked for, the first step too', () => {
      const optimizer = createOptimizer({ kind: 'adam', nonFinite: 'skip' });
      step(optimizer, variables, { w: [1, Number.NaN, 3], b: [1] });
      expect([optimizer.iterations, optimizer.skippedSteps]).toEqual([0, 1]);
      expect(valuesOf()).toEqual([start.w, start.b]);
      step(optimizer, variables, usual);
      const before = valuesOf();
      step(optimizer, variables, { ...usual, b: [Number.NEGATIVE_INFINITY] });
      expect([optimizer.iterations, optimizer.skippedSteps]).toEqual([1, 2]);
      expect(valuesOf()).toEqual(before);
    });
  });

  describe('at the ends of float32', () => {
    it('have a norm however large they are', () => {
      startAt({ w: [0, 0, 0], b: [0] });
      step(createOptimizer({ kind: 'sgd', lr: 1, clipNorm: 1 }), variables, { w: [3e30, 0, 0], b: [4e30] });
      expect(variables.w.dataSync()[0]).toBeCloseTo(-0.6, 5);
      expect(variables.b.dataSync()[0]).toBeCloseTo(-0.8, 5);
    });

    it('have a norm however small they are', () => {
      startAt({ w: [0, 0, 0], b: [0] });
      step(createOptimizer({ kind: 'sgd', lr: 1e30, clipNorm: 1 }), variables, { w: [3e-30, 0, 0], b: [0] });
      expect(variables.w.dataSync()[0]).toBeCloseTo(-3, 5);
    });

    it.each([-1, -0.3, 0, 0.3, 0.5, 1])('of zero move nothing at eps 0, p = %d', (p) => {
      for (const gain of ['raw', 'matched'] as const) {
        step(createOptimizer({ kind: 'smes', p, eps: 0, gain }), variables, { w: [0, 0, 0], b: [0] });
        expect(valuesOf()).toEqual([start.w, start.b]);
      }
    });

    it('are safe from an eps that float16 does not have', () => {
      const precision = vi.spyOn(currentBackend(), 'floatPrecision').mockReturnValue(16);
      startAt({ w: [0, 0, 0], b: [0] });
      step(createOptimizer({ kind: 'adam', lr: 1, eps: 1e-8 }), variables, { w: [0, 0, 1e-4], b: [0] });
      precision.mockRestore();
      // 1e-4 / (1e-4 + 1e-4)
      expect(variables.w.dataSync()[2]).toBeCloseTo(-0.5, 5);
    });

    it('have a matched gain when directions are tiny', () => {
      startAt({ w: [0, 0, 0], b: [0] });
      const optimizer = createOptimizer({ kind: 'smes', p: -1, eps: 0, gain: 'matched', lr: 0.1 });
      // Directions of 1e-24, whose squares are not in float32.
      step(optimizer, variables, { w: [1e-8, 1e-8, 1e-8], b: [0] });
      expect(variables.w.dataSync()[0]).toBeCloseTo(-0.1, 5);
    });
  });

  it('may come as a list, and stay the caller’s', () => {
    const gradient = tensor1d([1, 1, 1]);
    createOptimizer({ kind: 'sgd' }).applyGradients([{ name: variables.w.name, tensor: gradient }]);
    expect(variables.w.dataSync()[2]).toBeCloseTo(2.9, 6);
    gradient.dispose();
  });

  describe('are refused with nothing changed', () => {
    /** Does a step, then one that has to fail. */
    async function refuses(
      spec: OptimizerSpec,
      act: (optimizer: SpectrainOptimizer) => void,
      message: RegExp,
    ) {
      const optimizer = createOptimizer(spec);
      step(optimizer, variables, usual, { loss: 1, epoch: 0 });
      const before = await snapshot(optimizer, variables);
      const { numTensors } = memory();
      expect(() => act(optimizer)).toThrow(message);
      expect(memory().numTensors).toBe(numTensors);
      expect(await snapshot(optimizer, variables)).toEqual(before);
    }

    it('for a variable that the first step did not have', async () => {
      const others = variablesOf({ c: [1] });
      await refuses(
        { kind: 'adam' },
        (optimizer) => step(optimizer, others, { c: [1] }),
        /variable v\d+\/c is not expected: the first step was of v\d+\/w, v\d+\/b/,
      );
      dispose(others);
    });

    it('for a variable that there is not', () => {
      const gradient = scalar(1);
      expect(() => createOptimizer({ kind: 'sgd' }).applyGradients({ nowhere: gradient })).toThrow(
        'there is no variable nowhere',
      );
      gradient.dispose();
    });

    it('for a first step without any', () => {
      expect(() => createOptimizer({ kind: 'sgd' }).applyGradients({})).toThrow('no gradients');
    });

    it('for another shape', () =>
      refuses(
        { kind: 'adam' },
        (optimizer) => step(optimizer, variables, { w: [1, 2] }),
        /gradient v\d+\/w is float32 \[2\], not float32 \[3\]/,
      ));

    it('for a hyperparameter outside of what it may be', () =>
      refuses(
        { kind: 'sgd', lr: ({ step: t }) => 1 - 2 * t },
        (optimizer) => step(optimizer, variables, usual),
        /lr is -1 at step 1, not a number >= 0/,
      ));

    it('for a loss that is missing', () =>
      refuses(
        { kind: 'lcam' },
        (optimizer) => step(optimizer, variables, usual),
        /a loss-controlled signal needs the loss/,
      ));

    it('when an operation fails', () =>
      refuses(
        { kind: 'lcam' },
        (optimizer) => {
          const run = engine().runKernel.bind(engine());
          const spy = vi.spyOn(engine(), 'runKernel').mockImplementation((kernel, ...rest) => {
            if (kernel === 'Sub') throw new Error('out of memory');
            return run(kernel, ...rest);
          });
          try {
            step(optimizer, variables, usual, { loss: 2, epoch: 0 });
          } finally {
            spy.mockRestore();
          }
        },
        /out of memory/,
      ));

    it('for an epoch of unknown length', () => {
      expect(() => step(createOptimizer({ kind: 'nsf' }), variables, usual)).toThrow('stepsPerEpoch');
    });
  });
});
