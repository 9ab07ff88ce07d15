import { describeSpec, type OptimizerKind, optimizerKinds, type SignalKind } from '@spectrain/optim';

type JsonSchema = Readonly<Record<string, unknown>>;

const signalKinds = {
  constant: true,
  multistep: true,
  exponential: true,
  linear: true,
  cosine: true,
  'cosine-restarts': true,
  'one-cycle': true,
  'warm-up': true,
  cycle: true,
  'loss-controlled': true,
  chain: true,
  product: true,
} as const satisfies Record<SignalKind, true>;

/** Under this name among the definitions. */
export const optimizerId = 'optimizer';

/** What an editor can know of a spec; `validateSpec` knows the rest. */
export function optimizerJsonSchema(): JsonSchema {
  return { $defs: { signal }, anyOf: [...optimizerKinds.map(presetSchema), customSchema] };
}

function presetSchema(kind: OptimizerKind): JsonSchema {
  const signals = Object.fromEntries(
    describeSpec(kind).map(({ name, default: value, allowed, only }) => [
      name,
      {
        description: only ? `a ${only} signal of ${allowed}` : allowed,
        default: value,
        $ref: `#/$defs/${optimizerId}/$defs/signal`,
      },
    ]),
  );
  return {
    type: 'object',
    properties: {
      kind: { const: kind },
      ...signals,
      epochLength: { type: 'number', exclusiveMinimum: 0 },
      clipValue: { type: 'number', exclusiveMinimum: 0 },
      clipNorm: { type: 'number', exclusiveMinimum: 0 },
      ...('p' in signals && { gain: { enum: ['raw', 'matched'] } }),
      nonFinite: { enum: ['stop', 'skip'] },
      groups: { type: 'array', items: { type: 'object' } },
    },
    additionalProperties: false,
  };
}

const customSchema: JsonSchema = {
  type: 'object',
  properties: { kind: { const: 'custom' }, rule: { type: 'object' } },
};

const signal: JsonSchema = {
  anyOf: [{ type: 'number' }, { type: 'object', properties: { kind: { enum: Object.keys(signalKinds) } } }],
};
