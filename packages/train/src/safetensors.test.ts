import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors.js';

const goldens = fileURLToPath(new URL('../../../../shared/goldens', import.meta.url));

const tensor = fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  const size = { minLength: length, maxLength: length };
  return fc.record({
    shape: fc.constant(shape),
    data: fc.oneof(
      fc.float32Array(size),
      fc.float64Array(size),
      fc.bigInt64Array(size),
      fc.int32Array(size),
      fc.uint8Array(size),
    ),
  });
});
const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '', '1', 'layer.0.weight'));
const named = fc
  .array(fc.tuple(name, tensor), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== '__metadata__')));

describe('safetensors', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(named, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const bytes = writeSafetensors(tensors, metadata);
        // From an odd address, as part of a larger file may be.
        const moved = new Uint8Array(bytes.length + 1);
        moved.set(bytes, 1);
        const read = readSafetensors(moved.subarray(1));
        expect(Object.keys(read.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted());
        for (const [name, { shape, data }] of Object.entries(tensors)) {
          expect(read.tensors[name]!.shape).toEqual(shape);
          expect(read.tensors[name]!.data).toEqual(data);
        }
        expect(read.metadata).toEqual(metadata);
      }),
      { numRuns: 200 },
    );
  });

  it('aligns every tensor to its type', () => {
    fc.assert(
      fc.property(named, (tensors) => {
        const bytes = writeSafetensors(tensors);
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(length % 8).toBe(0);
        const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
          new TextDecoder().decode(bytes.subarray(8, 8 + length)),
        );
        for (const [name, { data }] of Object.entries(tensors))
          expect(header[name]!.data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('writes the bytes that the format asks for', () => {
    const bytes = writeSafetensors({ a: { shape: [2], data: Float32Array.of(1, -2) } }, { by: 'me' });
    const header = '{"__metadata__":{"by":"me"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(bytes[0]).toBe(Math.ceil(header.length / 8) * 8);
    expect(new TextDecoder().decode(bytes.subarray(8, -8)).trimEnd()).toBe(header);
    expect([...bytes.subarray(-8)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it.skipIf(!existsSync(goldens))('reads a file of PyTorch weights (needs ../shared/goldens)', () => {
    const { tensors } = readSafetensors(readFileSync(`${goldens}/wrn-step.init.safetensors`));
    expect(tensors['conv.weight']).toMatchObject({ dtype: 'F32', shape: [16, 3, 3, 3] });
    // He normal, fan-out: std = sqrt(2 / (16 * 9)).
    const values = Array.from<number | bigint>(tensors['conv.weight']!.data);
    const square = values.reduce<number>((sum, value) => sum + Number(value) ** 2, 0) / values.length;
    expect(Math.sqrt(square)).toBeCloseTo(Math.sqrt(2 / 144), 1.9);
    expect(tensors['groups.0.0.bn1.weight']!.data).toEqual(new Float32Array(16).fill(1));
  });

  const file = (header: unknown, values = 8) => {
    const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + values);
    bytes[0] = text.length;
    bytes.set(text, 8);
    return bytes;
  };
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  it.each([
    ['7 bytes are too few for a safetensors file.', new Uint8Array(7)],
    ['The header should be 9 bytes, but 0 bytes are left.', Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)],
    ['The header should be 18446744073709551615 bytes, but 0 bytes are left.', new Uint8Array(8).fill(255)],
    ['The header is not JSON.', file('{"a":')],
    ['The header is not a JSON object.', file('[]')],
    ['__metadata__ is not an object of strings.', file({ __metadata__: { a: 1 }, a: entry })],
    [
      'Tensor "a" has dtype BF16; this reader knows F32, F64, I64, I32, U8.',
      file({ a: { ...entry, dtype: 'BF16' } }),
    ],
    ['Tensor "a" has dtype undefined; this reader knows F32, F64, I64, I32, U8.', file({ a: 1 })],
    ['Tensor "a" has no valid shape.', file({ a: { ...entry, shape: [-2] } })],
    ['Tensor "a" has no valid data_offsets.', file({ a: { ...entry, data_offsets: [0] } })],
    ['Tensor "a" takes 4 bytes; F32 [2] needs 8.', file({ a: { ...entry, data_offsets: [0, 4] } })],
    ['Tensor "a" begins at 4, expected 0.', file({ a: { ...entry, data_offsets: [4, 12] } }, 12)],
    ['Tensor "b" begins at 4, expected 8.', file({ a: entry, b: { ...entry, data_offsets: [4, 12] } }, 12)],
    ['The tensors take 8 bytes, but 7 bytes follow the header.', file({ a: entry }, 7)],
    ['The tensors take 8 bytes, but 9 bytes follow the header.', file({ a: entry }, 9)],
  ])('refuses to read: %s', (message, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(new SafetensorsError(message));
  });

  it('refuses to write a shape that does not fit, and a name that is taken', () => {
    const data = new Float32Array(3);
    expect(() => writeSafetensors({ a: { shape: [2], data } })).toThrow(
      new SafetensorsError('Tensor "a" has 3 values; its shape [2] has 2.'),
    );
    expect(() => writeSafetensors({ __metadata__: { shape: [3], data } })).toThrow(
      new SafetensorsError('A tensor cannot be called "__metadata__".'),
    );
  });
});
