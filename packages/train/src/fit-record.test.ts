import { expect, it } from 'vitest';
import { FitRecord } from './fit-record.js';

it('thins the trace to 500 points that tell of all steps', () => {
  const steps = 1201;
  const record = new FitRecord(steps);
  for (let step = 1; step <= steps; step++) record.addStep(step, step, { lr: 0.1 });
  const { trace } = record.end('completed');
  expect(trace).toHaveLength(401);
  expect(trace[0]).toEqual({ step: 3, loss: 2, lr: 0.1 });
  expect(trace.at(-1)).toEqual({ step: 1201, loss: 1201, lr: 0.1 });
});

it('keeps the steps of an interval that was broken off', () => {
  const record = new FitRecord(2000);
  for (const [i, loss] of [1, 2, 3, 4, 5, 7].entries()) record.addStep(i + 1, loss, { lr: 0.1 });
  expect(record.end('stopped').trace).toEqual([
    { step: 4, loss: 2.5, lr: 0.1 },
    { step: 6, loss: 6, lr: 0.1 },
  ]);
});

it('leaves losses out that are not finite', () => {
  const record = new FitRecord(1000);
  for (const [i, loss] of [Number.NaN, 2, Number.NaN, Infinity].entries())
    record.addStep(i + 1, loss, { lr: 0.1 });
  expect(record.end('completed').trace).toEqual([{ step: 2, loss: 2, lr: 0.1 }]);
});
