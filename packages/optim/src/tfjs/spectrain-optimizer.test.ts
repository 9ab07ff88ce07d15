import {
  dispose,
  memory,
  type Scalar,
  scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  train,
  type Variable,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OptimizerSpecError } from '../index.js';
import { createOptimizer, SpectrainOptimizer } from './index.js';
import { backends, use } from './testing/backends.js';
import { snapshot, step, variablesOf } from './testing/variables.js';

describe('a spec', () => {
  it('is checked at once', () => {
    const refused = (json: string) => () => createOptimizer(JSON.parse(json));
    expect(refused('{ "kind": "adam", "lr": -1 }')).toThrow(OptimizerSpecError);
    expect(refused('{ "kind": "sgd", "groups": [{ "match": "w*", "lr": -1 }] }')).toThrow('groups[0].lr');
    expect(refused('{ "kind": "adam", "groups": [{}] }')).toThrow('groups[0].match');
    expect(refused('null')).toThrow(OptimizerSpecError);
  });

  it('goes through a config', () => {
    const spec = { kind: 'smes', p: 0.3, groups: [{ match: ['dense_1/*', 'a_b'], lr: 0.5 }] } as const;
    const config = JSON.parse(JSON.stringify(createOptimizer(spec).getConfig()));
    expect(SpectrainOptimizer.fromConfig<SpectrainOptimizer>(SpectrainOptimizer, config).spec).toEqual(spec);
    expect(() => SpectrainOptimizer.fromConfig(SpectrainOptimizer, {})).toThrow(OptimizerSpecError);
  });

  it('with a function is not for files', () => {
    expect(() => createOptimizer({ kind: 'sgd', lr: () => 0.1 }).getConfig()).toThrow(
      'this optimizer cannot be saved: lr: found a function',
    );
  });

  it('is copied', () => {
    const spec = { kind: 'sgd' as const, lr: 0.5 };
    const optimizer = createOptimizer(spec);
    spec.lr = 7;
    expect(optimizer.spec).toEqual({ kind: 'sgd', lr: 0.5 });
    expect(optimizer.values).toEqual({ lr: 0.5, weightDecay: 0 });
    expect(() => optimizer.valuesOf('w')).toThrow('before the first step');
  });
});

describe.each(backends)('on %s', (backend) => {
  let variables: Readonly<Record<'w' | 'b', Variable>>;
  const gradients = { w: [1, 2, 3], b: [0.5] };

  beforeEach(async () => {
    await use(backend);
    variables = variablesOf({ w: [1, -2, 3], b: [0.5] });
  });
  afterEach(() => {
    dispose(variables);
  });

  describe('groups', () => {
    it('have hyperparameters of their own', () => {
      const optimizer = createOptimizer({ kind: 'sgd', lr: 0.1, groups: [{ match: '*/b', lr: 1 }] });
      step(optimizer, variables, { w: [1, 1, 1], b: [1] });
      expect(variables.w.dataSync()[0]).toBeCloseTo(0.9, 6);
      expect(variables.b.dataSync()[0]).toBeCloseTo(-0.5, 6);
      expect(optimizer.valuesOf(variables.b.name).lr).toBe(1);
      expect(optimizer.values.lr).toBe(0.1);
    });

    it('that are frozen have no state, and their gradients do not count', async () => {
      const groups = [{ match: '*/w', frozen: true }];
      const optimizer = createOptimizer({ kind: 'momentum', lr: 0.1, clipNorm: 1, groups });
      step(optimizer, variables, { w: [Number.NaN, 1e9, 1], b: [0.5] });
      expect(Array.from(variables.w.dataSync())).toEqual([1, -2, 3]);
      expect(variables.b.dataSync()[0]).toBeCloseTo(0.45, 6);
      const names = (await optimizer.getWeights()).map(({ name }) => name);
      expect(names).toEqual(['iter', 'plan', `first/${variables.b.name}`]);
    });

    it('that match nothing are an error of the first step', () => {
      const optimizer = createOptimizer({ kind: 'sgd', groups: [{ match: '*.bias', weightDecay: 0 }] });
      expect(() => step(optimizer, variables, gradients)).toThrow(
        /groups\[0\].match: found "\*\.bias"; allowed: .* v\d+\/w/,
      );
    });
  });

  describe('weights', () => {
    const spec = { kind: 'amsgrad', lr: 0.1 } as const;
    const trained = () => {
      const optimizer = createOptimizer(spec);
      for (let t = 0; t < 3; t++) step(optimizer, variables, gradients);
      return optimizer;
    };

    it('are copied from one optimizer to another', async () => {
      const [one, other] = [trained(), createOptimizer(spec)];
      const weights = await one.getWeights();
      await other.setWeights(weights);
      expect(await snapshot(other, variables)).toEqual(await snapshot(one, variables));
      expect(other.iterations).toBe(3);
      one.dispose();
      step(other, variables, gradients);
      expect(other.iterations).toBe(4);
    });

    it('put an optimizer back to where it was', async () => {
      const [optimizer, kept] = [trained(), createOptimizer(spec)];
      await kept.setWeights(await optimizer.getWeights());
      const before = await snapshot(kept, {});
      step(optimizer, variables, { w: [9, 9, 9], b: [9] });
      await optimizer.setWeights(await kept.getWeights());
      expect(await snapshot(optimizer, {})).toEqual(before);
      await optimizer.setWeights(await createOptimizer(spec).getWeights());
      expect(optimizer.iterations).toBe(0);
    });

    it('that do not fit are refused as a whole', async () => {
      const optimizer = trained();
      const weights = await optimizer.getWeights();
      const before = await snapshot(optimizer, variables);
      const key = `second/${variables.w.name}`;
      const made: Tensor[] = [];
      const replaced = (name: string, tensor: Tensor) => {
        made.push(tensor);
        return weights.map((weight) => (weight.name === name ? { name, tensor } : weight));
      };
      const plan = async (edit: (json: string) => string) => {
        const [json] = await weights[1]!.tensor.data<'string'>();
        return replaced('plan', tensor1d([edit(json!)], 'string'));
      };
      const refused = async (list: typeof weights, message: string | RegExp) => {
        await expect(optimizer.setWeights(list)).rejects.toThrow(message);
        expect(await snapshot(optimizer, variables)).toEqual(before);
      };
      const without = (name: string) => weights.filter((weight) => weight.name !== name);
      await refused(without(key), `weights: ${key} is missing`);
      await refused(without('plan'), 'weights: the plan is missing');
      await refused(replaced(key, tensor1d([1, 2])), `weights: ${key} is float32 [2], not float32 [3]`);
      await refused([...weights, { name: 'first/c', tensor: weights[2]!.tensor }], 'first/c is not expected');
      await refused(replaced('iter', scalar(7, 'int32')), 'weights: iter is 7, but the plan is at step 3');
      await refused(await plan(() => '{'), 'the plan is not one of this optimizer');
      await refused(
        await plan((json) => json.replace('"beta1":0.9,', '')),
        'state: values.beta1 is undefined',
      );
      await refused(
        await plan((json) => json.replaceAll(variables.w.name, 'other')),
        /variables are .*\/w.*|does not fit|not expected/,
      );
      const adam = train.adam(0.1);
      const { c } = variablesOf({ c: [1] });
      adam.minimize(() => sum(square(c)) as Scalar, false, [c]);
      await refused(await adam.getWeights(), 'the plan is missing');
      adam.dispose();
      c.dispose();
      dispose(made);
    });

    it('are of variables that the first step has to have', async () => {
      const optimizer = createOptimizer(spec);
      await optimizer.setWeights(await trained().getWeights());
      const others = variablesOf({ c: [1, 2, 3], b: [1] });
      expect(() => step(optimizer, others, { c: [1, 2, 3], b: [1] })).toThrow(
        /variable v\d+\/c \[3\] does not fit v\d+\/w \[3\] of the state/,
      );
      step(optimizer, variables, gradients);
      expect(optimizer.iterations).toBe(4);
      dispose(others);
    });
  });

  it('dispose frees what it holds', async () => {
    const { numTensors } = memory();
    const optimizer = createOptimizer({ kind: 'amsgrad' });
    step(optimizer, variables, gradients);
    await optimizer.getWeights();
    await optimizer.getWeights();
    expect(memory().numTensors).toBe(numTensors + 2 + 6);
    optimizer.dispose();
    expect(memory().numTensors).toBe(numTensors);
    expect(optimizer.iterations).toBe(0);
  });
});
