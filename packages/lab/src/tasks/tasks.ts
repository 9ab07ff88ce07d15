import type { OptimizerKind } from '@spectrain/optim';
import { type Augmentation, DataError, isSyntheticTask, syntheticKinds } from '@spectrain/train';
import { InputError } from '../input/input-error.js';
import { syntheticTask } from './synthetic-tasks.js';

/** What is trained when the flags leave it open. A task has the name of its data set,
 * or is `text`: a file of one's own. */
export interface Task {
  readonly name: string;
  /** It learns the next character of the text in `--data`. */
  readonly isText?: true;
  /** It learns numbers, and has no accuracy. */
  readonly isRegression?: true;
  /** Examples are points, which cannot be cropped or flipped. */
  readonly isPoints?: true;
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly augmentation?: Augmentation;
  /** Learning rate of each kind of optimizer; how well founded it is differs from task to task. */
  readonly lr: Readonly<Record<OptimizerKind, number>>;
}

// From a short look: 5,000 images, 2 epochs.
const cifar10Lr: Task['lr'] = {
  sgd: 0.2,
  momentum: 0.05,
  nesterov: 0.05,
  adam: 0.002,
  adamw: 0.002,
  rmsprop: 0.001,
  adagrad: 0.02,
  amsgrad: 0.002,
  padam: 0.1,
  smes: 0.02,
  nsf: 0.1,
  lcam: 0.05,
};

/** The tasks, the default one first. */
export const tasks: readonly Task[] = [
  {
    name: 'digits',
    model: 'mlp-64-64',
    epochs: 15,
    batchSize: 32,
    // The best of one grid for all on a fifth of the training set: `npm run tune`.
    lr: {
      sgd: 0.5,
      momentum: 0.05,
      nesterov: 0.05,
      adam: 0.005,
      adamw: 0.005,
      rmsprop: 0.005,
      adagrad: 0.02,
      amsgrad: 0.005,
      padam: 0.2,
      smes: 0.05,
      nsf: 0.2,
      lcam: 0.05,
    },
  },
  {
    name: 'mnist',
    model: 'mlp-256-128',
    epochs: 3,
    batchSize: 128,
    // From a short look: 5,000 images, 2 epochs.
    lr: {
      sgd: 0.2,
      momentum: 0.05,
      nesterov: 0.05,
      adam: 0.001,
      adamw: 0.001,
      rmsprop: 0.001,
      adagrad: 0.02,
      amsgrad: 0.001,
      padam: 0.1,
      smes: 0.01,
      nsf: 0.02,
      lcam: 0.02,
    },
  },
  {
    name: 'cifar10',
    model: 'wrn-16-1',
    epochs: 10,
    batchSize: 128,
    augmentation: { crop: 4, flip: true },
    lr: cifar10Lr,
  },
  {
    name: 'cifar100',
    model: 'wrn-16-1',
    epochs: 10,
    batchSize: 128,
    augmentation: { crop: 4, flip: true },
    // Not looked for: those of CIFAR-10.
    lr: cifar10Lr,
  },
  {
    name: 'text',
    isText: true,
    model: 'transformer-2-64',
    epochs: 10,
    batchSize: 32,
    augmentation: { shift: true },
    // From a short look: 27,000 characters of this repository's READMEs, 20 epochs, one seed, judged on a part of
    // the training text.
    lr: {
      sgd: 0.1,
      momentum: 0.05,
      nesterov: 0.05,
      adam: 0.002,
      adamw: 0.002,
      rmsprop: 0.0005,
      adagrad: 0.005,
      amsgrad: 0.002,
      padam: 0.2,
      smes: 0.05,
      nsf: 0.05,
      lcam: 0.05,
    },
  },
];

/** What a task may be, for help: synthetic data are described by their name, `spirals:k=2:noise=0.05`. */
export const taskHint = `${tasks.map(({ name }) => name).join(', ')}, or synthetic: ${syntheticKinds.join(', ')}, also with options such as spirals:k=2`;

/** @throws InputError for an unknown name; DataError for synthetic data that are not understood */
export function findTask(name: string, field = '--task'): Task {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) return task;
  if (isSyntheticTask(name)) return inField(field, () => syntheticTask(name));
  throw new InputError(field, name, [...tasks.map((candidate) => candidate.name), ...syntheticKinds]);
}

function inField<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${field}: ${error.message}`) : error;
  }
}
