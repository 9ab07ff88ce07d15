import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  describeSpec,
  type OptimizerSpec,
  optimizerKinds,
  type Rule,
  reference,
  validateSpec,
} from './index.js';
import { presets } from './presets.js';

const rules = (['none', 'heavy-ball', 'ema', 'nesterov'] as const).flatMap((first) =>
  (['none', 'ema', 'sum', 'max'] as const).flatMap((second) =>
    [true, false].flatMap((biasCorrection) =>
      (['coupled', 'decoupled'] as const).map((decay): Rule => ({ first, second, biasCorrection, decay })),
    ),
  ),
);
const gradientsAt = (t: number) => [Math.sin(t), Math.cos(2 * t) - 0.5, 0.1 * Math.sin(5 * t), 0];
const info = (t: number) => ({ loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 5), stepsPerEpoch: 5 });

describe('a rule of one’s own', () => {
  it.each(rules)('$first, $second, bias correction $biasCorrection, $decay: float32 as float64', (rule) => {
    const spec: OptimizerSpec = { kind: 'custom', rule, lr: 0.01, weightDecay: 0.1 };
    const exact = Float64Array.of(1, -2, 3, 0.5);
    const theta = Float32Array.from(exact);
    const oracle = reference(spec, { theta: exact });
    const optimizer = createOptimizer(spec, { theta });
    for (let t = 0; t < 30; t++) {
      oracle.step({ theta: Float64Array.from(gradientsAt(t)) });
      optimizer.step({ theta: Float32Array.from(gradientsAt(t)) });
    }
    exact.forEach((value, i) => {
      expect(Math.abs(theta[i]! - value)).toBeLessThan(2e-5);
    });
  });

  it.each(optimizerKinds)('that is the rule of %s takes its steps', (kind) => {
    const own: OptimizerSpec = { kind };
    const settings = Object.fromEntries(describeSpec(kind).map(({ name, default: value }) => [name, value]));
    const custom = validateSpec({ kind: 'custom', rule: presets[kind].rule, ...settings });
    const [a, b] = [Float64Array.of(1, -2, 3, 0.5), Float64Array.of(1, -2, 3, 0.5)];
    const [first, second] = [reference(own, { a }), reference(custom, { a: b })];
    for (let t = 0; t < 20; t++) {
      first.step({ a: Float64Array.from(gradientsAt(t)) }, info(t));
      second.step({ a: Float64Array.from(gradientsAt(t)) }, info(t));
    }
    expect(b).toEqual(a);
  });

  it.each<[object, string]>([
    [{}, 'rule: found nothing; allowed: an object'],
    [{ rule: { first: 'none' } }, 'rule.second: found nothing; allowed: none, ema, sum, max'],
    [
      { rule: { first: 'lion', second: 'none', biasCorrection: false, decay: 'coupled' } },
      'rule.first: found "lion"; allowed: none, heavy-ball, ema, nesterov',
    ],
    [
      { rule: { first: 'none', second: 'none', biasCorrection: false, decay: 'coupled' }, p: 0.5 },
      'p: found "p"; allowed: kind, rule',
    ],
  ])('%j is refused', (fields, message) => {
    expect(() => validateSpec({ kind: 'custom', ...fields })).toThrow(message);
  });
});
