import { expect, it } from 'vitest';
import { Engine } from '../../engine.js';
import { buildModel } from '../../models/model-name.js';
import { compileProgram } from '../../program.js';
import { nodeRuntime } from '../../runtime/node-runtime.js';
import { syntheticData } from './parse-synthetic-task.js';

it('a network of tanh learns the low frequency of sin x + sin 4x before the high one', async () => {
  const { data, truth } = syntheticData('sines:w=1,4:phase=0:x=-10,10:n=200');
  const engine = await Engine.open(
    {
      program: compileProgram(buildModel('mlp-tanh-50-50', data.shape), data.shape, data),
      data,
      optimizer: { kind: 'adam', lr: 0.002 },
      batchSize: 200,
      seed: 0,
    },
    nodeRuntime({ threads: 1 }),
  );
  const { inputs } = data.train;
  const points = Array.from(inputs);
  /** Share of the Fourier sum of the truth at an angular frequency that the network lacks or has wrong. */
  const relativeError = (output: ArrayLike<number>, angular: number) => {
    const sum = (values: ArrayLike<number>) => {
      const at = (wave: (angle: number) => number) =>
        points.reduce((total, x, i) => total + values[i]! * wave(angular * x), 0);
      return [at(Math.cos), at(Math.sin)];
    };
    const [wanted, found] = [sum(points.map((x) => truth([x]))), sum(output)];
    return Math.hypot(found[0]! - wanted[0]!, found[1]! - wanted[1]!) / Math.hypot(...wanted);
  };
  const silent = { progress: () => {}, epoch: () => {} };
  await engine.fit(300, silent);
  const early = await engine.predict(inputs);
  expect(relativeError(early, 1)).toBeLessThan(0.3);
  expect(relativeError(early, 4)).toBeGreaterThan(0.6);
  await engine.fit(3000, silent);
  const late = await engine.predict(inputs);
  expect(relativeError(late, 1)).toBeLessThan(0.1);
  expect(relativeError(late, 4)).toBeLessThan(0.3);
  await engine.close();
});
