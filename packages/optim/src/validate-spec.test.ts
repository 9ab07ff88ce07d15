import { describe, expect, it } from 'vitest';
import {
  describeSpec,
  hyperparametersOf,
  OptimizerSpecError,
  optimizerKinds,
  validateSpec,
} from './index.js';

const cycle = { kind: 'cycle', shape: 'cosine', low: -0.1, high: 0.25, period: 1, unit: 'epochs' };

describe('validateSpec', () => {
  it.each(optimizerKinds)('%s needs nothing but its kind, and takes its own defaults', (kind) => {
    expect(validateSpec({ kind })).toEqual({ kind });
    const spec = {
      kind,
      ...Object.fromEntries(describeSpec(kind).map((field) => [field.name, field.default])),
    };
    expect(validateSpec(spec)).toBe(spec);
  });

  it.each([
    { kind: 'sgd', lr: 0 },
    {
      kind: 'sgd',
      lr: { kind: 'warm-up', duration: 5, signal: { kind: 'cosine', from: 0.1, to: 0, duration: 9 } },
    },
    { kind: 'momentum', momentum: { sparse: 0.9, nonSparse: 0.95 } },
    { kind: 'adam', weightDecay: { kind: 'constant', value: 0.1, note: 'from the paper' }, epochLength: 10 },
    {
      kind: 'smes',
      p: cycle,
      lr: undefined,
      gain: 'matched',
      clipNorm: 1,
      clipValue: 0.5,
      nonFinite: 'skip',
    },
    {
      kind: 'nsf',
      groups: [
        { match: '*.bias', p: cycle },
        { match: ['a', 'b'], lr: 0, frozen: true },
      ],
    },
    { kind: 'smes', p: -1, lr: { kind: 'exponential', initial: 1, factor: 0.99 } },
    {
      kind: 'momentum',
      momentum: { kind: 'product', signals: [0.9, { kind: 'linear', from: 1, to: 0.5, duration: 9 }] },
    },
    { kind: 'lcam', momentum: { sparse: 0.9, nonSparse: 0.95, window: { kind: 'ema', decay: 0 } } },
    { kind: 'lcam', momentum: { kind: 'loss-controlled', initial: 0, sparse: 0.9, nonSparse: 0.95 } },
  ])('accepts %j', (spec) => {
    expect(validateSpec(spec)).toBe(spec);
  });

  it.each<[unknown, string, unknown, string]>([
    [null, '', null, 'optimizer: found null; allowed: an object with a kind'],
    ['adam', '', 'adam', 'optimizer: found "adam"; allowed: an object with a kind'],
    [{}, 'kind', undefined, `kind: found nothing; allowed: ${optimizerKinds.join(', ')}, custom`],
    [{ kind: 'adm' }, 'kind', 'adm', `kind: found "adm"; allowed: ${optimizerKinds.join(', ')}, custom`],
    [
      { kind: 'constructor' },
      'kind',
      'constructor',
      `kind: found "constructor"; allowed: ${optimizerKinds.join(', ')}, custom`,
    ],
    [
      { kind: 'sgd', momentum: 0.9 },
      'momentum',
      'momentum',
      'momentum: found "momentum"; allowed: kind, lr, weightDecay, epochLength, clipValue, clipNorm, nonFinite, groups',
    ],
    [{ kind: 'sgd', lr: -1 }, 'lr', -1, 'lr: found -1; allowed: a number >= 0'],
    [{ kind: 'sgd', lr: Number.NaN }, 'lr', Number.NaN, 'lr: found NaN; allowed: a number >= 0'],
    [{ kind: 'sgd', lr: Infinity }, 'lr', Infinity, 'lr: found Infinity; allowed: a number >= 0'],
    [
      { kind: 'sgd', lr: '0.1' },
      'lr',
      '0.1',
      'lr: found "0.1"; allowed: a number >= 0, or a signal {"kind": ...}',
    ],
    [{ kind: 'smes', p: 1.5 }, 'p', 1.5, 'p: found 1.5; allowed: a number in [-1, 1]'],
    [{ kind: 'adam', beta1: 1 }, 'beta1', 1, 'beta1: found 1; allowed: a number in [0, 1)'],
    [{ kind: 'adam', beta2: -0.1 }, 'beta2', -0.1, 'beta2: found -0.1; allowed: a number in [0, 1)'],
    [{ kind: 'adam', clipNorm: 0 }, 'clipNorm', 0, 'clipNorm: found 0; allowed: a number > 0'],
    [
      { kind: 'adam', clipValue: Infinity },
      'clipValue',
      Infinity,
      'clipValue: found Infinity; allowed: a number > 0',
    ],
    [
      { kind: 'adam', nonFinite: 'ignore' },
      'nonFinite',
      'ignore',
      'nonFinite: found "ignore"; allowed: stop, skip',
    ],
    [{ kind: 'smes', gain: 'unit' }, 'gain', 'unit', 'gain: found "unit"; allowed: raw, matched'],
    [
      { kind: 'adam', gain: 'raw' },
      'gain',
      'gain',
      'gain: found "gain"; allowed: kind, lr, beta1, beta2, eps, weightDecay, epochLength, clipValue, clipNorm, nonFinite, groups',
    ],
    [
      { kind: 'sgd', groups: [] },
      'groups',
      [],
      'groups: found a list; allowed: a list with at least one item',
    ],
    [
      { kind: 'sgd', groups: [{ lr: 1 }] },
      'groups[0].match',
      undefined,
      'groups[0].match: found nothing; allowed: a text or a list of texts',
    ],
    [
      { kind: 'sgd', groups: [{ match: ['a', 1] }] },
      'groups[0].match[1]',
      1,
      'groups[0].match[1]: found 1; allowed: a text',
    ],
    [
      { kind: 'sgd', groups: [{ match: '*' }, { match: 'b', momentum: 0.9 }] },
      'groups[1].momentum',
      'momentum',
      'groups[1].momentum: found "momentum"; allowed: match, lr, weightDecay, frozen',
    ],
    [
      { kind: 'adam', groups: [{ match: '*', beta1: 1 }] },
      'groups[0].beta1',
      1,
      'groups[0].beta1: found 1; allowed: a number in [0, 1)',
    ],
    [
      { kind: 'adam', groups: [{ match: '*', frozen: 1 }] },
      'groups[0].frozen',
      1,
      'groups[0].frozen: found 1; allowed: true or false',
    ],
    [{ kind: 'adam', epochLength: 0 }, 'epochLength', 0, 'epochLength: found 0; allowed: a number > 0'],
    [{ kind: 'nsf', p: { ...cycle, high: 2 } }, 'p.high', 2, 'p.high: found 2; allowed: a number in [-1, 1]'],
    [
      { kind: 'nsf', p: { ...cycle, shape: 'sine' } },
      'p.shape',
      'sine',
      'p.shape: found "sine"; allowed: triangle, cosine, saw, square',
    ],
    [
      { kind: 'nsf', p: { ...cycle, period: undefined } },
      'p.period',
      undefined,
      'p.period: found nothing; allowed: a number > 0',
    ],
    [
      { kind: 'nsf', p: 0.25 },
      'p',
      0.25,
      'p: found 0.25; allowed: a cycle signal with values that are each a number in [-1, 1]',
    ],
    [
      { kind: 'lcam', momentum: {} },
      'momentum.sparse',
      undefined,
      'momentum.sparse: found nothing; allowed: a number in [0, 1)',
    ],
    [
      { kind: 'lcam', momentum: { sparse: 0.9 } },
      'momentum.nonSparse',
      undefined,
      'momentum.nonSparse: found nothing; allowed: a number in [0, 1)',
    ],
    [
      { kind: 'lcam', momentum: cycle },
      'momentum.kind',
      'cycle',
      'momentum.kind: found "cycle"; allowed: loss-controlled',
    ],
    [
      { kind: 'sgd', lr: { kind: 'saw' } },
      'lr.kind',
      'saw',
      'lr.kind: found "saw"; allowed: constant, multistep, exponential, linear, cosine, cosine-restarts, one-cycle, warm-up, cycle, loss-controlled, chain, product',
    ],
    [
      {
        kind: 'sgd',
        lr: {
          kind: 'multistep',
          initial: 1,
          milestones: [
            { at: 3, value: 0.1 },
            { at: -1, value: 1 },
          ],
        },
      },
      'lr.milestones[1].at',
      -1,
      'lr.milestones[1].at: found -1; allowed: a number >= 0',
    ],
    [
      { kind: 'sgd', lr: { kind: 'cosine-restarts', from: 1, to: 0, period: 2, multiplier: 0.5 } },
      'lr.multiplier',
      0.5,
      'lr.multiplier: found 0.5; allowed: a number >= 1',
    ],
    [
      { kind: 'sgd', lr: { kind: 'one-cycle', initial: 0, peak: 1, final: 0, duration: 9, rise: 1 } },
      'lr.rise',
      1,
      'lr.rise: found 1; allowed: a number in (0, 1)',
    ],
    [
      { kind: 'sgd', lr: { kind: 'chain', parts: [{ signal: 1 }, { signal: 2 }] } },
      'lr.parts[0].duration',
      undefined,
      'lr.parts[0].duration: found nothing; allowed: a number > 0, but for the last part',
    ],
    [
      { kind: 'sgd', lr: { kind: 'chain', parts: [{ signal: -1 }] } },
      'lr.parts[0].signal',
      -1,
      'lr.parts[0].signal: found -1; allowed: a number >= 0',
    ],
    [
      { kind: 'sgd', lr: { kind: 'product', signals: [2, Infinity] } },
      'lr.signals[1]',
      Infinity,
      'lr.signals[1]: found Infinity; allowed: a finite number',
    ],
    [
      { kind: 'lcam', momentum: { sparse: 0, nonSparse: 0, window: 'run' } },
      'momentum.window',
      'run',
      'momentum.window: found "run"; allowed: "epoch", {"kind": "ema", "decay": ...} or {"kind": "last", "steps": ...}',
    ],
    [
      { kind: 'lcam', momentum: { sparse: 0, nonSparse: 0, window: { kind: 'last', steps: 1.5 } } },
      'momentum.window.steps',
      1.5,
      'momentum.window.steps: found 1.5; allowed: a whole number > 0',
    ],
    [
      { kind: 'lcam', momentum: { sparse: 0, nonSparse: 0, window: { kind: 'ema', decay: 1 } } },
      'momentum.window.decay',
      1,
      'momentum.window.decay: found 1; allowed: a number in [0, 1)',
    ],
    [
      { kind: 'sgd', lr: { kind: 'warm-up', duration: 3, signal: -1 } },
      'lr.signal',
      -1,
      'lr.signal: found -1; allowed: a number >= 0',
    ],
  ])('refuses %j', (spec, field, found, message) => {
    try {
      validateSpec(spec);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(OptimizerSpecError);
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ field, found, message });
    }
  });

  it('lists names to choose from as a list', () => {
    expect(() => validateSpec({ kind: 'adm' })).toThrow(
      expect.objectContaining({ allowed: [...optimizerKinds, 'custom'] }),
    );
  });
});

describe('hyperparametersOf', () => {
  it('names what a kind takes', () => {
    expect(hyperparametersOf('sgd')).toEqual(['lr', 'weightDecay']);
    expect(hyperparametersOf('momentum')).toEqual(['lr', 'momentum', 'dampening', 'weightDecay']);
    expect(hyperparametersOf('nsf')).toEqual(['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'p']);
  });

  it('describes which need a signal of one kind', () => {
    expect(describeSpec('lcam').map(({ name, only }) => [name, only])).toEqual([
      ['lr', undefined],
      ['momentum', 'loss-controlled'],
      ['weightDecay', undefined],
    ]);
  });
});
