import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  hyperparametersOf,
  type OptimizerSpec,
  OptimizerSpecError,
  optimizerKinds,
  validateSpec,
} from './index.js';

const valid: readonly OptimizerSpec[] = [
  {
    kind: 'custom',
    rule: { first: 'nesterov', second: 'sum', biasCorrection: false, decay: 'decoupled' },
    p: 0.3,
  },
  ...optimizerKinds.map((kind) => ({ kind })),
  {
    kind: 'smes',
    lr: {
      kind: 'warm-up',
      duration: 2,
      signal: { kind: 'cosine', from: 0.1, to: 0, duration: 5, unit: 'epochs' },
    },
    p: {
      kind: 'chain',
      parts: [{ signal: 0.1, duration: 2 }, { signal: { kind: 'linear', from: -1, to: 1, duration: 3 } }],
    },
    beta2: { kind: 'product', signals: [0.9, { kind: 'exponential', initial: 1, factor: 0.9 }] },
    clipNorm: 1,
    clipValue: 0.5,
    gain: 'matched',
    nonFinite: 'skip',
    groups: [
      { match: ['b', '*.bias'], weightDecay: 0 },
      { match: 'w', frozen: false },
    ],
  },
  {
    kind: 'lcam',
    lr: { kind: 'one-cycle', initial: 0.1, peak: 0.5, final: 0, duration: 12 },
    momentum: { kind: 'loss-controlled', sparse: 0.9, nonSparse: 0.5, window: { kind: 'ema', decay: 0.5 } },
    weightDecay: { kind: 'multistep', initial: 0, milestones: [{ at: 1, value: 0.1 }], unit: 'epochs' },
    epochLength: 3,
  },
  {
    kind: 'nsf',
    p: { kind: 'cycle', shape: 'saw', low: -1, high: 1, period: 3, phase: 0.5 },
    groups: [{ match: '*' }],
  },
];

/** What may be put in the place of a value: near misses first. */
const replacement = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -1,
    0.5,
    1,
    2,
    -0,
    NaN,
    Infinity,
    1e308,
    5e-324,
    '',
    'steps',
    'adam',
    null,
    undefined,
    true,
  ),
  fc.constantFrom<unknown>([], {}, { kind: 'cycle' }, { kind: 'constant', value: 0.1 }, ['w'], '*', 'none'),
  fc.double({ min: 0, max: 1 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 2 }),
);

const names = [
  'lr',
  'p',
  'beta1',
  'beta2',
  'eps',
  'momentum',
  'weightDecay',
  'epochLength',
  'groups',
  'frozen',
];

/** A path into a value, as choices at each level, and what to do there. */
const mutation = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  action: fc.constantFrom('replace', 'delete', 'rename', 'wrap', 'add'),
  value: replacement,
});

function mutate(
  root: unknown,
  { path, action, value }: { path: number[]; action: string; value: unknown },
): unknown {
  const copy = structuredClone(root);
  let at = copy as Record<string, unknown>;
  for (const [depth, choice] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[choice % keys.length];
    if (key === undefined) break;
    const inner = at[key];
    if (depth < path.length - 1 && typeof inner === 'object' && inner !== null) {
      at = inner as Record<string, unknown>;
      continue;
    }
    if (Array.isArray(at) && action !== 'replace' && action !== 'wrap')
      at.splice(Number(key), 1, inner, value);
    else if (action === 'add') at[names[choice % names.length]!] = value;
    else if (action === 'replace') at[key] = value;
    else if (action === 'wrap') at[key] = { kind: 'product', signals: [inner, value] };
    else delete at[key];
    if (action === 'rename' && !Array.isArray(at)) at[`${key}s`] = inner;
    break;
  }
  return copy;
}

describe('a spec that was tampered with', () => {
  it('works, or is refused by an error that names the field, and never in another way', () => {
    let [worked, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        (spec, mutations) => {
          const input = mutations.reduce<unknown>(mutate, spec);
          const params = { w: Float32Array.of(1, 2, 3, 4, 5), b: Float32Array.of(1) };
          try {
            const optimizer = createOptimizer(validateSpec(input), params);
            for (let t = 0; t < 4; t++) {
              const grads = { w: Float32Array.of(1, -1, 0, 0.1, t), b: Float32Array.of(0.1) };
              optimizer.step(grads, { loss: 1 + t, epoch: t, stepsPerEpoch: 1 });
            }
            worked++;
          } catch (error) {
            refused++;
            if (error instanceof OptimizerSpecError) {
              expect(error.message.split('\n')).toHaveLength(1);
              if (error.field === '') expect(input).not.toBeTypeOf('object');
              return;
            }
            // A signal that leaves what its hyperparameter may be, at the step where it does.
            expect(error).toBeInstanceOf(RangeError);
            const [name] = (error as RangeError).message.split(' ');
            expect(hyperparametersOf(input as OptimizerSpec)).toContain(name);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(worked).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(1000);
  });
});
