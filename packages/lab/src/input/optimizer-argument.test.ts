import { type OptimizerKind, optimizerKinds } from '@spectrain/optim';
import { describe, expect, it } from 'vitest';
import { tasks } from '../tasks/tasks.js';
import { type OptimizerFlags, parseOptimizers } from './optimizer-argument.js';

const lr = tasks[0]!.lr;
const parse = (labels: readonly string[], flags: OptimizerFlags = {}) =>
  parseOptimizers('--optimizers', labels, flags, lr).map(({ spec }) => spec);

describe('parseOptimizers', () => {
  it('writes out every hyperparameter, with the learning rate of the task', () => {
    expect(parse(['adam'])).toEqual([
      { kind: 'adam', lr: lr.adam, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    ]);
  });

  it('reads every kind for every task', () => {
    for (const task of tasks)
      for (const { spec } of parseOptimizers('--optimizers', optimizerKinds, {}, task.lr))
        expect(spec.lr).toBe(task.lr[spec.kind as OptimizerKind]);
  });

  it('puts what an optimizer says itself before the flags, and the flags before the task', () => {
    const [first, second] = parse(['adam:lr=0.5:beta2=0.9', 'momentum'], { lr: '0.25' });
    expect(first).toMatchObject({ lr: 0.5, beta1: 0.9, beta2: 0.9 });
    expect(second).toMatchObject({ lr: 0.25 });
  });

  it('keeps the text as label', () => {
    const [{ label } = { label: '' }] = parseOptimizers('--optimizers', ['adam:lr=0.50'], {}, lr);
    expect(label).toBe('adam:lr=0.50');
  });

  it('gives flags only to optimizers that take them as a number', () => {
    const flags = { p: '0.5', momentum: '0.8', weightDecay: '0.01' };
    const [sgd, momentum, smes, nsf, lcam] = parse(['sgd', 'momentum', 'smes', 'nsf', 'lcam'], flags);
    expect(sgd).toEqual({ kind: 'sgd', lr: lr.sgd, weightDecay: 0.01 });
    expect(momentum).toMatchObject({ momentum: 0.8, weightDecay: 0.01 });
    expect(smes).toMatchObject({ p: 0.5 });
    expect(nsf).toMatchObject({ p: { kind: 'cycle' } });
    expect(lcam).toMatchObject({ momentum: { kind: 'loss-controlled' }, weightDecay: 0.01 });
  });

  it.each<readonly [readonly string[], OptimizerFlags, string]>([
    [['adm'], {}, `--optimizers: found "adm"; allowed: ${optimizerKinds.join(', ')}; nearest: adam`],
    [['adam', 'adam'], {}, '--optimizers: found "adam"; allowed: each optimizer once'],
    [
      ['adam:lr=0.1', 'sgd', 'adam:lr=0.10'],
      {},
      '--optimizers: found "adam:lr=0.10"; allowed: each optimizer once, and "adam:lr=0.1" is the same',
    ],
    [
      ['sgd:momentum=0.9'],
      {},
      '--optimizers sgd:momentum=0.9: found "momentum"; allowed: lr, weightDecay; nearest: lr',
    ],
    [['sgd:lr'], {}, '--optimizers sgd:lr: found "lr"; allowed: lr=VALUE'],
    [['sgd:lr=1=2'], {}, '--optimizers sgd:lr=1=2: found "lr=1=2"; allowed: lr=VALUE'],
    [['sgd:lr=1:lr=2'], {}, '--optimizers sgd:lr=1:lr=2: found "lr=2"; allowed: lr once'],
    [['sgd:lr='], {}, '--optimizers sgd:lr=: lr: found ""; allowed: a number >= 0'],
    [['sgd'], { lr: '-1' }, '--lr: found "-1"; allowed: a number >= 0'],
    [['smes'], { p: 'NaN' }, '--p: found "NaN"; allowed: a number in [-1, 1]'],
    [['adam'], { p: 'NaN' }, '--p: found "NaN"; allowed: a number in [-1, 1]'],
    [
      ['adam', 'nsf'],
      { p: '0.5' },
      '--p: found "0.5"; allowed: only with one of padam, smes in --optimizers',
    ],
  ])('refuses %j with %j', (labels, flags, message) => {
    expect(() => parse(labels, flags)).toThrow(expect.objectContaining({ message }));
  });
});
