import { parseSyntheticTask, type SyntheticTask } from '@spectrain/train';
import type { Task } from './tasks.js';

/** What is trained on synthetic data when the flags leave it open. */
const families: Readonly<Record<'sums' | 'boundaries' | 'bands', Omit<Task, 'name'>>> = {
  sums: {
    isRegression: true,
    isPoints: true,
    model: 'mlp-tanh-64-64',
    epochs: 100,
    batchSize: 32,
    // The best of 16 of one grid for all on a fifth of the training set, two seeds: sines:k=1,2,3,4:n=128.
    lr: {
      sgd: 0.05,
      momentum: 0.02,
      nesterov: 0.02,
      adam: 0.02,
      adamw: 0.02,
      rmsprop: 0.005,
      adagrad: 0.05,
      amsgrad: 0.02,
      padam: 0.1,
      smes: 0.05,
      nsf: 0.1,
      lcam: 0.02,
    },
  },
  boundaries: {
    isPoints: true,
    model: 'mlp-64-64',
    epochs: 60,
    batchSize: 32,
    // Likewise, of spirals and checkerboard: the smaller of the two.
    lr: {
      sgd: 0.5,
      momentum: 0.05,
      nesterov: 0.2,
      adam: 0.02,
      adamw: 0.02,
      rmsprop: 0.01,
      adagrad: 0.1,
      amsgrad: 0.01,
      padam: 0.2,
      smes: 0.05,
      nsf: 0.2,
      lcam: 0.05,
    },
  },
  bands: {
    model: 'mlp-64-64',
    epochs: 15,
    batchSize: 32,
    // Not looked for: near those of digits.
    lr: {
      sgd: 0.2,
      momentum: 0.02,
      nesterov: 0.02,
      adam: 0.002,
      adamw: 0.002,
      rmsprop: 0.001,
      adagrad: 0.02,
      amsgrad: 0.002,
      padam: 0.1,
      smes: 0.02,
      nsf: 0.05,
      lcam: 0.02,
    },
  },
};

const familyOf: Readonly<Record<SyntheticTask['kind'], keyof typeof families>> = {
  sines: 'sums',
  gratings: 'sums',
  wave: 'boundaries',
  checkerboard: 'boundaries',
  rings: 'boundaries',
  spirals: 'boundaries',
  moons: 'boundaries',
  bands: 'bands',
};

/** The task of synthetic data: its name is their description. @throws DataError for a name that is not understood */
export function syntheticTask(name: string): Task {
  return { name, ...families[familyOf[parseSyntheticTask(name).kind]] };
}
