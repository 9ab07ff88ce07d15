import fc from 'fast-check';

/** What is likely to be taken for something else. */
const fragments = [
  ...['null', '~', 'true', '-1', '0', '1e999', '.nan', '.inf', '0x10', '9007199254740993', '""', "'"],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '- ',
    '? ',
    '|',
    '>',
    '#',
    '%YAML 1.1\n',
    '---\n',
    '...\n',
    '\t',
    '\n',
    '\r',
  ],
  ...[
    '&a ',
    '*a',
    '*schedule',
    '!!binary ',
    '!!js/function ',
    '<<: ',
    '__proto__: ',
    'constructor: ',
    'toString',
  ],
  ...['\u0000', '\u0085', '\u2028', '\ufeff', '\ud800', '🎲', 'é', ' '.repeat(70), 'x'.repeat(400)],
  ...[
    'kind: ',
    'spec: ',
    'space: ',
    'extends: ',
    'lr',
    'optimizers: ',
    'tuning: {}',
    'digits.yaml',
    'text',
    'nsf:p=1',
  ],
];

/** Places are shares, 0 to 1, of what is there, so that a mutation suits every text and value. */
const share = fc.noBias(fc.nat(999_999)).map((millionths) => millionths / 1_000_000);

/** A change to a text: some of it is cut out, and something is put there. */
export const textMutation = fc
  .array(
    fc.record({
      at: share,
      cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
      put: fc.oneof(
        fc.constant(''),
        fc.constantFrom(...fragments),
        fc.string({ maxLength: 8 }),
        share.map((from) => ({ from })),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) => (text: string) => edits.reduce(edited, text));

interface Edit {
  readonly at: number;
  readonly cut: number;
  /** A copy of the text from somewhere else, or the text to put. */
  readonly put: string | { readonly from: number };
}

function edited(text: string, { at, cut, put }: Edit): string {
  const start = Math.floor(at * text.length);
  const inserted =
    typeof put === 'string' ? put : text.slice(Math.floor(put.from * text.length)).slice(0, 1 + cut);
  return text.slice(0, start) + inserted + text.slice(start + cut);
}

/** A change to a JSON value: something in it is replaced, taken away, renamed or added. */
export const jsonMutation = fc
  .array(
    fc.record({
      at: share,
      action: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'add'),
      name: fc.oneof(fc.constantFrom('kind', 'spec', '__proto__', 'constructor', 'lr', 'text'), fc.string()),
      value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...fragments), fc.double(), fc.nat()),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((changes) => (json: unknown) => changes.reduce(changed, json));

interface Change {
  readonly at: number;
  readonly action: string;
  readonly name: string;
  readonly value: unknown;
}

function changed(json: unknown, change: Change): unknown {
  let left = Math.floor(change.at * countOf(json));
  const walk = (value: unknown): unknown => {
    if (left-- === 0) return change.value;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (left !== 0 || change.action === 'replace') return [[key, walk(inner)]];
      left = -1;
      if (change.action === 'remove') return [];
      if (change.action === 'rename') return [[change.name, inner]];
      return [
        [key, inner],
        [change.name, change.value],
      ];
    });
    return Object.fromEntries(entries);
  };
  return walk(json);
}

function countOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return Object.values(json).reduce<number>((count, value) => count + countOf(value), 1);
}
