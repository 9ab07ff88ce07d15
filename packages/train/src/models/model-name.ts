import type { ModelSpec } from '../types.js';
import type { Model } from './layers.js';
import { activations, mlp } from './mlp.js';
import { transformer } from './transformer.js';
import { wrn } from './wrn.js';

/** Names to show where a model is asked for; any other depth, width or list of hidden layers works as well. */
export const modelNames = [
  'mlp',
  'mlp-64-64',
  'mlp-256-128',
  'mlp-tanh-64-64',
  'wrn-16-1',
  'wrn-16-4',
  'wrn-28-10',
  'transformer-2-64',
  'transformer-4-128',
] as const;

/** A model name that is not understood. */
export class ModelNameError extends RangeError {
  override name = 'ModelNameError';
  constructor(
    readonly found: string,
    readonly allowed: string,
  ) {
    super(`model: "${found}" is not known; ${allowed}`);
  }
}

/** What examples must be for a model, as text, or nothing when they will do. */
function unsuitable(
  spec: ModelSpec,
  shape: readonly number[],
  labelShape: readonly number[],
): string | undefined {
  const isSequence = shape.length === 1 && labelShape.length === 1 && labelShape[0] === shape[0];
  if (spec.kind === 'transformer')
    return isSequence ? undefined : 'a transformer needs text: sequences with a class at every position';
  if (labelShape.length > 0)
    return `${spec.kind} gives one class an example; text needs transformer-LAYERS-WIDTH`;
  if (spec.kind === 'wrn' && (shape.length !== 3 || shape.some((dim, i) => i > 0 && dim < 4)))
    return 'a wrn needs images [channels, height, width] of at least 4x4';
  return undefined;
}

/**
 * The description behind a name: `mlp-H1-H2-...` (hidden widths; `mlp` alone has none: softmax regression),
 * `mlp-ACTIVATION-H1-H2-...` with `relu` (the default), `tanh` or `sine`,
 * `wrn-DEPTH-WIDTH` with depth = 6n + 4, or `transformer-LAYERS-WIDTH` with heads of width 32.
 *
 * @throws ModelNameError
 */
export function parseModel(name: string): ModelSpec {
  const [kind, ...numbers] = name.toLowerCase().split('-');
  const values = numbers.map(Number);
  const valid = values.every(isWidth);
  if (kind === 'mlp') {
    const spec = parseMlp(numbers);
    if (spec) return spec;
  }
  if (kind === 'wrn' && valid) {
    const [depth = 0, width = 0] = values;
    if (values.length === 2 && depth >= 10 && (depth - 4) % 6 === 0) return { kind, depth, width };
    throw new ModelNameError(
      name,
      'wrn-DEPTH-WIDTH needs DEPTH 10, 16, 22, 28, ... (6n + 4) and WIDTH 1 or more.',
    );
  }
  if (kind === 'transformer' && valid) {
    const [layers = 0, width = 0] = values;
    if (values.length === 2 && width % 32 === 0) return { kind, layers, width };
    throw new ModelNameError(
      name,
      'transformer-LAYERS-WIDTH needs LAYERS 1 or more and WIDTH 32, 64, 96, ... (heads are 32 wide).',
    );
  }
  throw new ModelNameError(
    name,
    `allowed: mlp-WIDTH-WIDTH-..., mlp-ACTIVATION-WIDTH-WIDTH-... (${activations.join(', ')}), wrn-DEPTH-WIDTH, transformer-LAYERS-WIDTH, for example ${modelNames.join(', ')}.`,
  );
}

function parseMlp(parts: readonly string[]): ModelSpec | undefined {
  const activation = activations.find((name) => name === parts[0]);
  const hidden = parts.slice(activation ? 1 : 0).map(Number);
  if (!hidden.every(isWidth) || (activation && hidden.length === 0)) return undefined;
  return { kind: 'mlp', hidden, ...(activation && activation !== 'relu' && { activation }) };
}

function isWidth(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}

/** The model as a function, checked against the shape of one example and of its labels. */
export function buildModel(
  model: ModelSpec | string,
  shape: readonly number[],
  labelShape: readonly number[] = [],
): Model {
  const spec = typeof model === 'string' ? parseModel(model) : model;
  const problem = unsuitable(spec, shape, labelShape);
  if (problem) throw new ModelNameError(modelName(spec), `${problem}; the data are [${shape.join(', ')}].`);
  if (spec.kind === 'mlp') return mlp(spec.activation ?? 'relu', ...spec.hidden);
  return spec.kind === 'wrn' ? wrn(spec.depth, spec.width) : transformer(spec.layers, spec.width);
}

/** The name of a description; the inverse of {@link parseModel}. */
export function modelName(spec: ModelSpec): string {
  if (spec.kind === 'mlp') {
    const { hidden, activation = 'relu' } = spec;
    return ['mlp', ...(activation === 'relu' || hidden.length === 0 ? [] : [activation]), ...hidden].join(
      '-',
    );
  }
  return `${spec.kind}-${spec.kind === 'wrn' ? spec.depth : spec.layers}-${spec.width}`;
}
