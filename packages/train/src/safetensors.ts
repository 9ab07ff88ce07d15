/**
 * The safetensors format: the length of a JSON header as a little-endian 64-bit number, the header, then the values of
 * all tensors, little-endian, without gaps. Format: https://github.com/huggingface/safetensors#format
 */

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
export type TensorDtype = keyof typeof arrays;

export interface SafeTensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface SafeTensors {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const arrays = {
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;
const lengthBytes = 8;
const metadataKey = '__metadata__';

/**
 * @returns tensors with copies of their values
 * @throws SafetensorsError saying what is wrong with the file
 */
export function readSafetensors(bytes: Uint8Array): SafeTensors {
  const header = readHeader(bytes);
  const { [metadataKey]: metadata = {}, ...entries } = header.entries;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw new SafetensorsError(`${metadataKey} is not an object of strings.`);
  const values = bytes.subarray(header.end);
  const checked = Object.entries(entries).map(([name, entry]) => ({ name, ...checkEntry(name, entry) }));
  let end = 0;
  for (const { name, begin, end: next } of checked.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== end) throw new SafetensorsError(`Tensor "${name}" begins at ${begin}, expected ${end}.`);
    end = next;
  }
  if (end !== values.length)
    throw new SafetensorsError(
      `The tensors take ${end} bytes, but ${values.length} bytes follow the header.`,
    );
  const tensors = checked.map(({ name, dtype, shape, begin, end }) => {
    const data = new arrays[dtype](Uint8Array.from(values.subarray(begin, end)).buffer);
    return [name, { dtype, shape, data }] as const;
  });
  // fromEntries, because a name may be "__proto__".
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

/**
 * @param tensors arrays whose type gives the dtype, with the shapes they have
 * @throws SafetensorsError when a shape does not fit its values
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: TensorData }>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  // Wide types first: every tensor is then aligned to its type, and readers can map the file into memory.
  const sorted = Object.entries(tensors).toSorted(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  let end = 0;
  const entries = sorted.map(([name, { shape, data }]) => {
    if (name === metadataKey) throw new SafetensorsError(`A tensor cannot be called "${metadataKey}".`);
    if (count(shape) !== data.length)
      throw new SafetensorsError(
        `Tensor "${name}" has ${data.length} values; its shape [${shape.join(', ')}] has ${count(shape)}.`,
      );
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: dtypeOf(data), shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify(
    Object.fromEntries([...(metadata ? [[metadataKey, metadata] as const] : []), ...entries]),
  );
  const text = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, lengthBytes, lengthBytes + headerBytes);
  bytes.set(text, lengthBytes);
  let offset = lengthBytes + headerBytes;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): { entries: Record<string, unknown>; end: number } {
  if (bytes.length < lengthBytes)
    throw new SafetensorsError(`${bytes.length} bytes are too few for a safetensors file.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  const end = lengthBytes + Number(length);
  if (end > bytes.length)
    throw new SafetensorsError(
      `The header should be ${length} bytes, but ${bytes.length - lengthBytes} bytes are left.`,
    );
  let entries: unknown;
  try {
    entries = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(lengthBytes, end)));
  } catch {
    throw new SafetensorsError('The header is not JSON.');
  }
  if (!isRecord(entries)) throw new SafetensorsError('The header is not a JSON object.');
  return { entries, end };
}

function checkEntry(
  name: string,
  entry: unknown,
): { dtype: TensorDtype; shape: readonly number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== 'string' || !isDtype(dtype))
    throw new SafetensorsError(
      `Tensor "${name}" has dtype ${dtype}; this reader knows ${Object.keys(arrays).join(', ')}.`,
    );
  if (!isSizes(shape)) throw new SafetensorsError(`Tensor "${name}" has no valid shape.`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw new SafetensorsError(`Tensor "${name}" has no valid data_offsets.`);
  const [begin, end] = offsets as readonly [number, number];
  const needed = count(shape) * arrays[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== needed)
    throw new SafetensorsError(
      `Tensor "${name}" takes ${end - begin} bytes; ${dtype} [${shape.join(', ')}] needs ${needed}.`,
    );
  return { dtype, shape, begin, end };
}

function dtypeOf(data: TensorData): TensorDtype {
  const found = Object.keys(arrays).find((dtype) => isDtype(dtype) && data instanceof arrays[dtype]);
  if (found === undefined || !isDtype(found))
    throw new SafetensorsError(`There is no dtype for ${data.constructor.name}.`);
  return found;
}

function isDtype(text: string): text is TensorDtype {
  return Object.hasOwn(arrays, text);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
