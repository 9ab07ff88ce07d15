import { isRecord } from './checks.js';
import type { OptimizerState } from './optimizer-state.js';
import type { Moments } from './update-rule.js';

/**
 * A state in the safetensors format: the length of a JSON header in 8 bytes, the header, the values in float32, all
 * little-endian. The moment `first` of the parameter `w` is the tensor `first/w` of shape `[n]`; `__metadata__` has the rest
 * of the state as JSON under `optimizer`. Format: https://github.com/huggingface/safetensors#format
 */
export function stateToBytes({ moments, ...scalars }: OptimizerState): Uint8Array<ArrayBuffer> {
  const tensors = Object.entries(moments).flatMap(([parameter, own]) =>
    Object.entries(own).map(
      ([moment, data]: [string, Float32Array]) => [`${moment}/${parameter}`, data] as const,
    ),
  );
  let end = 0;
  const entries = tensors.map(([name, data]) => {
    const begin = end;
    end += 4 * data.length;
    return [name, { dtype: 'F32', shape: [data.length], data_offsets: [begin, end] }] as const;
  });
  const optimizer = JSON.stringify({ ...scalars, parameters: Object.keys(moments) });
  const json = JSON.stringify({ [metadataKey]: { optimizer }, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(json);
  // Padded with spaces, so that the values are aligned.
  const start = 8 * Math.ceil((8 + header.length) / 8);
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  let offset = start;
  for (const [, data] of tensors) {
    for (const value of data) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return bytes;
}

/**
 * The state in bytes made by {@link stateToBytes}. Throws a `RangeError` saying what is wrong with them. Whether it is a state
 * of the optimizer that it is for is checked by `load`.
 */
export function stateFromBytes(bytes: Uint8Array): OptimizerState {
  const { header, values } = split(bytes);
  const { [metadataKey]: metadata, ...entries } = header;
  const scalars = isRecord(metadata) ? jsonRecord(metadata.optimizer) : undefined;
  if (!scalars) throw new RangeError(`state: ${metadataKey} does not hold an optimizer`);
  const { parameters, ...rest } = scalars;
  if (!isTexts(parameters)) throw new RangeError(`state: ${metadataKey} does not list the parameters`);
  const moments = new Map<string, Record<string, Float32Array>>(parameters.map((name) => [name, {}]));
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const slash = name.indexOf('/');
    const own = moments.get(name.slice(slash + 1));
    if (slash < 0 || own === undefined) throw new RangeError(`state: the tensor ${name} is of no parameter`);
    const data = tensorOf(name, entry, values, end);
    own[name.slice(0, slash)] = data;
    end += 4 * data.length;
  }
  if (end !== values.byteLength) {
    throw new RangeError(`state: the tensors take ${end} bytes, and there are ${values.byteLength}`);
  }
  return {
    ...rest,
    moments: Object.fromEntries(moments) as Record<string, Moments<Float32Array>>,
  } as OptimizerState;
}

const metadataKey = '__metadata__';

function split(bytes: Uint8Array): { header: Readonly<Record<string, unknown>>; values: DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8)
    throw new RangeError(`state: ${bytes.length} bytes are too few for the header`);
  const header = jsonRecord(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  if (!header) throw new RangeError('state: the header is not a JSON object');
  return {
    header,
    values: new DataView(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length),
  };
}

/** Tensors follow each other without gaps, in the order of the header, so each must begin at `begin`. */
function tensorOf(name: string, entry: unknown, values: DataView, begin: number): Float32Array<ArrayBuffer> {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const length: unknown = Array.isArray(shape) && shape.length === 1 ? shape[0] : undefined;
  if (dtype !== 'F32' || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`state: the tensor ${name} is not F32 of a shape [n]`);
  }
  const end = begin + 4 * length;
  if (!Array.isArray(offsets) || offsets[0] !== begin || offsets[1] !== end || end > values.byteLength) {
    throw new RangeError(`state: the tensor ${name} does not lie at bytes ${begin} to ${end}`);
  }
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = values.getFloat32(begin + 4 * i, true);
  return data;
}

function jsonRecord(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
