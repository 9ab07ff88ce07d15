import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  type OptimizerKind,
  type OptimizerSpec,
  optimizerKinds,
  validateSpec,
} from './index.js';

const names = ['conv.weight', 'conv.bias', 'bn.weight', 'bn.bias'] as const;
type Name = (typeof names)[number];
const filled = (at: (i: number) => number) =>
  Object.fromEntries(names.map((name, k) => [name, Float32Array.of(at(k), at(k + 0.5))])) as Record<
    Name,
    Float32Array
  >;
const info = (t: number) => ({ loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 5), stepsPerEpoch: 5 });

function start(spec: OptimizerSpec) {
  const params = filled((i) => Math.cos(2 * i));
  const optimizer = createOptimizer(spec, params);
  const steps = (from: number, to: number) => {
    for (let t = from; t < to; t++)
      optimizer.step(
        filled((i) => Math.sin(t + 3 * i)),
        info(t),
      );
  };
  return { params, optimizer, steps };
}

describe('groups', () => {
  it.each(optimizerKinds)('%s: groups of equal hyperparameters are no groups, bit for bit', (kind) => {
    const plain = start({ kind, lr: 0.05 });
    const grouped = start({
      kind,
      lr: 1,
      groups: [
        { match: '*.bias', lr: 0.05 },
        { match: '*', lr: 0.05 },
      ],
    });
    plain.steps(0, 12);
    grouped.steps(0, 12);
    expect(grouped.params).toEqual(plain.params);
    expect(grouped.optimizer.state().moments).toEqual(plain.optimizer.state().moments);
  });

  it.each(optimizerKinds)(
    '%s: a parameter moves as in an optimizer with the settings of its group',
    (kind) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...names),
          fc.double({ min: 0, max: 0.2, noNaN: true }),
          (name, weightDecay) => {
            const whole = start({ kind, weightDecay });
            const grouped = start({ kind, weightDecay: 0.3, groups: [{ match: name, weightDecay }] });
            whole.steps(0, 5);
            grouped.steps(0, 5);
            expect(grouped.params[name]).toEqual(whole.params[name]);
            expect(grouped.params).not.toEqual(whole.params);
          },
        ),
        { numRuns: 10 },
      );
    },
  );

  it('gives a name to the first group that matches; what a group leaves out is that of the spec', () => {
    const { optimizer } = start({
      kind: 'adam',
      lr: 0.1,
      beta1: 0.5,
      groups: [
        { match: ['bn.*', '*.bias'], weightDecay: 0, lr: 0.2 },
        { match: 'conv.*', lr: { kind: 'linear', from: 0.4, to: 0, duration: 4 } },
      ],
    });
    expect(names.map((name) => optimizer.valuesOf(name).lr)).toEqual([0.4, 0.2, 0.2, 0.2]);
    expect(optimizer.valuesOf('conv.weight').beta1).toBe(0.5);
    expect(optimizer.values.lr).toBe(0.1);
    optimizer.step(filled(() => 1));
    optimizer.step(filled(() => 1));
    expect(optimizer.valuesOf('conv.weight').lr).toBeCloseTo(0.3, 15);
    expect(() => optimizer.valuesOf('fc')).toThrow('there is no parameter fc');
  });

  it('takes a field that is undefined for one left out', () => {
    const spec = { kind: 'sgd', lr: 0.7, groups: [{ match: 'bn.*', lr: undefined, weightDecay: 0.1 }] };
    expect(start(validateSpec(spec)).optimizer.valuesOf('bn.bias')).toEqual({ lr: 0.7, weightDecay: 0.1 });
  });

  it.each([{ frozen: true }, { lr: 0 }])('%o: not moved, no state, no gradient needed', (group) => {
    const { params, optimizer, steps } = start({ kind: 'adamw', groups: [{ match: 'bn.*', ...group }] });
    const before = structuredClone(params);
    steps(0, 3);
    expect(params['bn.weight']).toEqual(before['bn.weight']);
    expect(params['conv.bias']).not.toEqual(before['conv.bias']);
    expect(Object.keys(optimizer.state().moments)).toEqual(['conv.weight', 'conv.bias']);
    expect(optimizer.valuesOf('bn.bias')).toEqual({ lr: 0 });
    const { 'conv.weight': w, 'conv.bias': b } = filled(() => 1);
    optimizer.step({ 'conv.weight': w, 'conv.bias': b });
    optimizer.step({ 'conv.weight': w, 'conv.bias': b, 'bn.bias': Float32Array.of(Number.NaN) });
    expect(optimizer.stepCount).toBe(5);
    expect(() => optimizer.step({ 'conv.weight': w })).toThrow('gradient conv.bias is missing');
  });

  it('leaves frozen parameters out of the norm', () => {
    const groups = [{ match: 'b', frozen: true }] as const;
    const params = { a: Float32Array.of(0), b: Float32Array.of(0) };
    createOptimizer({ kind: 'sgd', lr: 1, clipNorm: 5, groups }, params).step({
      a: Float32Array.of(4),
      b: Float32Array.of(1000),
    });
    expect(params.a[0]).toBe(-4);
  });

  it.each<[string | string[], string]>([
    ['*.scale', 'groups[1].match: found "*.scale"; allowed: a pattern that matches one of '],
    [['*.bias', 'fc'], 'groups[1].match[1]: found "fc"; allowed: a pattern that matches one of '],
  ])('refuses the pattern %j, which matches nothing', (match, message) => {
    const spec: OptimizerSpec = { kind: 'sgd', groups: [{ match: 'bn.*' }, { match }] };
    expect(() => start(spec)).toThrow(message + names.join(', '));
  });

  it('refuses a state whose groups do not fit, and changes nothing', () => {
    const { optimizer, steps } = start({ kind: 'adam', groups: [{ match: '*.bias', lr: 1 }] });
    steps(0, 2);
    const before = optimizer.state();
    const refuses = (groups: unknown, message: string) => {
      expect(() => optimizer.load({ ...before, groups: groups as [] })).toThrow(message);
      expect(optimizer.state()).toEqual(before);
    };
    refuses(undefined, 'state: 0 groups, not 1');
    refuses([null], 'state: groups[0].values.lr is undefined, not a finite number');
    refuses([{ ...before.groups[0], betaProducts: {} }], 'state: groups[0].betaProducts.beta1 is undefined');
  });

  it.each<OptimizerKind>(['adam', 'momentum', 'nsf', 'lcam'])(
    '%s with groups goes on bit for bit after save and load',
    (kind) => {
      const lr = { kind: 'linear', from: 0.1, to: 0, duration: 20 } as const;
      const spec: OptimizerSpec = {
        kind,
        groups: [
          { match: 'bn.weight', frozen: true },
          { match: '*.bias', lr },
        ],
      };
      const straight = start(spec);
      straight.steps(0, 12);
      const before = start(spec);
      before.steps(0, 7);
      const { moments, ...json } = before.optimizer.state();
      const after = createOptimizer(spec, before.params);
      after.load({ ...JSON.parse(JSON.stringify(json)), moments });
      expect(after.valuesOf('conv.bias')).toEqual(before.optimizer.valuesOf('conv.bias'));
      for (let t = 7; t < 12; t++)
        after.step(
          filled((i) => Math.sin(t + 3 * i)),
          info(t),
        );
      expect(before.params).toEqual(straight.params);
      expect(after.state()).toEqual(straight.optimizer.state());
    },
  );
});
