import crc32 from 'crc-32/crc32c.js';
import protobuf from 'protobufjs';

/** The messages as TensorBoard has them, as far as scalars go. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what {
      string file_version = 3;
      Summary summary = 5;
    }
  }
  message Summary {
    message Value {
      string tag = 1;
      oneof value {
        float simple_value = 2;
      }
    }
    repeated Value value = 1;
  }`);
const eventType = root.lookupType('Event');

export interface EventPoint {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
}

export interface EventFileContents {
  readonly version: string | undefined;
  readonly points: readonly EventPoint[];
  /** Why reading ended before the end of the file. */
  readonly torn?: string;
}

interface PlainEvent {
  readonly step?: number;
  readonly fileVersion?: string;
  readonly summary?: { readonly value?: readonly { readonly tag: string; readonly simpleValue: number }[] };
}

/** Reads an event file as TensorBoard does, up to a record that is torn; by other libraries than it is written by. For tests. */
export function readEventFile(bytes: Uint8Array): EventFileContents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isGood = (from: number, to: number) => unmask(view.getUint32(to, true)) === checksum(bytes, from, to);
  const points: EventPoint[] = [];
  let version: string | undefined;
  const end = (torn?: string) => ({ version, points, ...(torn !== undefined && { torn }) });
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 12) return end('short header');
    if (!isGood(at, at + 8)) return end('wrong checksum of the length');
    const from = at + 12;
    const to = from + Number(view.getBigUint64(at, true));
    if (bytes.length < to + 4) return end('short data');
    if (!isGood(from, to)) return end('wrong checksum of the data');
    const event: PlainEvent = eventType.toObject(eventType.decode(bytes.subarray(from, to)), {
      longs: Number,
    });
    version ??= event.fileVersion;
    for (const { tag, simpleValue } of event.summary?.value ?? [])
      points.push({ tag, step: event.step ?? 0, value: simpleValue });
    at = to + 4;
  }
  return end();
}

function checksum(bytes: Uint8Array, from: number, to: number): number {
  return crc32.buf(bytes.subarray(from, to)) >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}
