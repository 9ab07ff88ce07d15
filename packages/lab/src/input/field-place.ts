import { quoted } from './input-error.js';

/** A field within what was asked for: `['optimizers', 'adam', 'lr']`. */
export type FieldPath = readonly (string | number)[];

/** Says where a field stands, for messages: `--epochs`, or `digits.yaml:7:3: epochs`. */
export type FieldPlace = (...path: FieldPath) => string;

const flagNames: Readonly<Record<string, string>> = {
  batchNorm: '--batch-norm',
  weightDecay: '--weight-decay',
  augmentation: '--no-augment',
  probes: '--probe',
};

/**
 * Fields that came from flags.
 * @param optimizers the flag that names the optimizers
 */
export function flagPlace(optimizers: string): FieldPlace {
  return (field = '') => (field === 'optimizers' ? optimizers : (flagNames[field] ?? `--${field}`));
}

/** `optimizers.adam.lr.milestones[1]`; what is no plain name stands in quotes: `optimizers["a b"].lr`. */
export function pathText(path: FieldPath): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w$][\w$-]*$/.test(key)) return `[${quoted(key)}]`;
      return i === 0 ? key : `.${key}`;
    })
    .join('');
}

/** The inverse of {@link pathText} for plain names: `lr.milestones[1].at`. */
export function parsePath(text: string): FieldPath {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  );
}
