import { StepPlan } from '@spectrain/optim';
import { expect, it } from 'vitest';
import { coefficientNames, coefficientValues, nextCoefficients } from './coefficients.js';

const named = (values: Float32Array) =>
  Object.fromEntries(coefficientNames.map((name, i) => [name, values[i]]));

it('has the coefficients in the order of their names', () => {
  const plan = new StepPlan({ kind: 'adamw', lr: 0.5, weightDecay: 0.25, eps: 0.125 }, ['w']);
  const [coefficients] = plan.advance();
  const values = named(coefficientValues(coefficients!));
  expect(values).toMatchObject({ lr: 0.5, decay: 0.125, coupledDecay: 0, p: 0.5, eps: 0.125 });
  const { firstAdd, fromFirst, secondAdd, secondScale } = coefficients!;
  for (const [name, value] of Object.entries({ firstAdd, fromFirst, secondAdd, secondScale }))
    expect(values[name]).toBe(Math.fround(value));
});

it('keeps the digits of what is near 1', () => {
  const beta2 = 1 - 2 ** -40;
  const [coefficients] = new StepPlan({ kind: 'adamw', lr: 2 ** -20, weightDecay: 2 ** -20, beta2 }, [
    'w',
  ]).advance();
  expect(named(coefficientValues(coefficients!))).toMatchObject({ decay: 2 ** -40, secondForget: 2 ** -40 });
});

it('looks ahead without going there, for groups that have parameters', () => {
  const spec = {
    kind: 'lcam',
    lr: { kind: 'linear', from: 1, to: 0, duration: 4 },
    groups: [
      { match: 'b', weightDecay: 0.5 },
      { match: 'c', frozen: true },
    ],
  } as const;
  const plan = new StepPlan(spec, ['b', 'c']);
  plan.advance({ loss: 3, epoch: 0 });
  const before = structuredClone(plan.state());
  const next = nextCoefficients(plan, { epoch: 0 });
  expect(plan.state()).toEqual(before);
  expect(Object.keys(next)).toEqual(['coefficients:1']);
  expect(next['coefficients:1']).toEqual(coefficientValues(plan.advance({ loss: 1, epoch: 0 })[1]!));
  expect(named(next['coefficients:1']!)).toMatchObject({ lr: 0.75, coupledDecay: 0.5 });
});
