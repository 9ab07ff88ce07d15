import { crc32c } from '@node-rs/crc32';

/**
 * Frames data as a record of TensorFlow's TFRecord format: its length as a 64-bit integer, the checksum of the length, the
 * data, the checksum of the data, all in little-endian order.
 */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(data.length + 16);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedChecksum(data), 12 + data.length);
  return record;
}

/** A CRC-32C, rotated right by 15 bits and moved by a constant, so that it differs from one stored in the data. */
function maskedChecksum(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
