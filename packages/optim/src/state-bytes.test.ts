import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOptimizer,
  type OptimizerSpec,
  optimizerKinds,
  stateFromBytes,
  stateToBytes,
} from './index.js';

const parameters = () => ({
  'fc/w': Float32Array.of(0.5, -1, 2),
  __proto: Float32Array.of(0.1),
  '': Float32Array.of(1),
});
const gradientsAt = (t: number) => ({
  'fc/w': Float32Array.of(Math.sin(t), Math.cos(2 * t), 0),
  __proto: Float32Array.of(Math.sin(5 * t)),
  '': Float32Array.of(1e-30),
});
const info = (t: number) => ({ loss: 2 + Math.sin(3 * t), epoch: Math.floor(t / 5), stepsPerEpoch: 5 });

describe('state as bytes', () => {
  it.each<OptimizerSpec>([
    ...optimizerKinds.map((kind) => ({ kind })),
    {
      kind: 'adam',
      groups: [
        { match: 'fc/w', frozen: true },
        { match: '', lr: 0.5 },
      ],
      nonFinite: 'skip',
    },
    { kind: 'lcam', momentum: { sparse: 0.9, nonSparse: 0.95, window: { kind: 'ema', decay: 0.9 } } },
  ])('%o goes on bit for bit', (spec) => {
    fc.assert(
      fc.property(fc.nat(9), (saveAt) => {
        const straight = parameters();
        const optimizer = createOptimizer(spec, straight);
        for (let t = 0; t < 10; t++) optimizer.step(gradientsAt(t), info(t));
        const resumed = parameters();
        const before = createOptimizer(spec, resumed);
        for (let t = 0; t < saveAt; t++) before.step(gradientsAt(t), info(t));
        const bytes = stateToBytes(before.state());
        expect(stateFromBytes(bytes)).toEqual(before.state());
        const after = createOptimizer(spec, resumed);
        after.load(stateFromBytes(bytes));
        for (let t = saveAt; t < 10; t++) after.step(gradientsAt(t), info(t));
        expect(resumed).toEqual(straight);
        expect(after.state()).toEqual(optimizer.state());
      }),
      { numRuns: 10 },
    );
  });

  const stepped = () => {
    const optimizer = createOptimizer({ kind: 'momentum' }, { w: Float32Array.of(1, 2) });
    optimizer.step({ w: Float32Array.of(3, -4) });
    return optimizer;
  };

  it('is laid out as safetensors', () => {
    const bytes = stateToBytes(stepped().state());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const { __metadata__: metadata, ...tensors } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(8, 8 + length)),
    );
    expect(tensors).toEqual({ 'first/w': { dtype: 'F32', shape: [2], data_offsets: [0, 8] } });
    expect(JSON.parse(metadata.optimizer)).toMatchObject({ step: 1, parameters: ['w'] });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x40, 0x40, 0, 0, 0x80, 0xc0]);
  });

  it('reads from the middle of a buffer', () => {
    const bytes = stateToBytes(stepped().state());
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(stateFromBytes(larger.subarray(3))).toEqual(stepped().state());
  });

  const withHeader = (header: unknown, values: number) => {
    const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + values);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  const metadata = { optimizer: '{"step":0,"parameters":["w"]}' };
  const tensor = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(3), 'state: 3 bytes are too few for the header'],
    [
      'a cut header',
      stateToBytes(stepped().state()).subarray(0, 50),
      'state: 50 bytes are too few for the header',
    ],
    [
      'cut values',
      stateToBytes(stepped().state()).slice(0, -1),
      'state: the tensor first/w does not lie at bytes 0 to 8',
    ],
    ['no JSON', withHeader('{', 0), 'state: the header is not a JSON object'],
    ['a list', withHeader([], 0), 'state: the header is not a JSON object'],
    ['another file', withHeader({ w: tensor }, 4), 'state: __metadata__ does not hold an optimizer'],
    [
      'no parameters',
      withHeader({ __metadata__: { optimizer: '{}' } }, 0),
      'state: __metadata__ does not list the parameters',
    ],
    [
      'a stray tensor',
      withHeader({ __metadata__: metadata, 'first/b': tensor }, 4),
      'state: the tensor first/b is of no parameter',
    ],
    [
      'another type',
      withHeader({ __metadata__: metadata, 'first/w': { ...tensor, dtype: 'F64' } }, 8),
      'state: the tensor first/w is not F32 of a shape [n]',
    ],
    [
      'a gap',
      withHeader({ __metadata__: metadata, 'first/w': { ...tensor, data_offsets: [4, 8] } }, 8),
      'state: the tensor first/w does not lie at bytes 0 to 4',
    ],
    [
      'values left over',
      withHeader({ __metadata__: metadata, 'first/w': tensor }, 5),
      'state: the tensors take 4 bytes, and there are 5',
    ],
  ])('%s: refused', (_, bytes, message) => {
    expect(() => stateFromBytes(bytes)).toThrow(new RangeError(message));
  });

  it('of another optimizer is refused by load, which changes nothing', () => {
    const optimizer = createOptimizer({ kind: 'adam' }, { w: Float32Array.of(1, 2) });
    const before = optimizer.state();
    expect(() => optimizer.load(stateFromBytes(stateToBytes(stepped().state())))).toThrow('state: values.');
    expect(optimizer.state()).toEqual(before);
  });
});
