import { describe, expect, it } from 'vitest';
import { compileProgram } from '../program.js';
import { NamedTensors } from '../tensors.js';
import { mlp } from './mlp.js';
import { buildModel, ModelNameError, modelName, parseModel } from './model-name.js';

describe('the name of an MLP', () => {
  it.each([
    ['mlp', { kind: 'mlp', hidden: [] }],
    ['mlp-64-32', { kind: 'mlp', hidden: [64, 32] }],
    ['mlp-tanh-64-32', { kind: 'mlp', hidden: [64, 32], activation: 'tanh' }],
    ['mlp-sine-8', { kind: 'mlp', hidden: [8], activation: 'sine' }],
  ] as const)('%s has a description and back', (name, spec) => {
    expect(parseModel(name)).toEqual(spec);
    expect(modelName(spec)).toBe(name);
  });

  it('leaves out what is the default', () => {
    expect(modelName(parseModel('MLP-ReLU-64'))).toBe('mlp-64');
  });

  it.each(['mlp-tanh', 'mlp-64-tanh', 'mlp-gelu-64', 'mlp-0', 'mlp-8.5'])('is not %s', (name) => {
    expect(() => parseModel(name)).toThrow(ModelNameError);
    expect(() => parseModel(name)).toThrow('mlp-ACTIVATION-WIDTH-WIDTH-... (relu, tanh, sine)');
  });
});

describe('an activation', () => {
  const program = (name: string) => compileProgram(buildModel(name, [100]), [100], 3);

  it('is that of the function', () => {
    expect(program('mlp-tanh-4').training).toEqual(compileProgram(mlp('tanh', 4), [100], 3).training);
    expect(program('mlp-4').training).toEqual(compileProgram(mlp(4), [100], 3).training);
  });

  it.each([
    ['relu', Math.sqrt(2 / 100), 0],
    ['tanh', Math.sqrt(1 / 100), 0.1 / Math.sqrt(3)],
    ['sine', 0.01 / Math.sqrt(3), 0.1 / Math.sqrt(3)],
  ])('%s decides on how the first layer starts', (activation, std, biasStd) => {
    const { parameters } = program(`mlp-${activation}-400`);
    const tensors = new NamedTensors(parameters);
    tensors.initialize(0);
    const rootMeanSquare = (name: string) => {
      const values = tensors.views[name]!;
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    expect(rootMeanSquare('hidden.0.weight')).toBeCloseTo(std, 3);
    expect(rootMeanSquare('hidden.0.bias')).toBeCloseTo(biasStd, 2);
  });
});
