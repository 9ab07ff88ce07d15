import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keepSeconds } from './keys.js';

/** A file on its way through Redis, in pieces, since a string there has at most 512 MB and blocks others while it is sent. */
export interface Parcel {
  readonly bytes: number;
  readonly sha256: string;
  readonly pieces: number;
}

/** A parcel that did not arrive as it was sent. */
export class ParcelError extends Error {
  override readonly name = 'ParcelError';
}

const pieceBytes = 4 * 1024 * 1024;

/** The name of a piece, from its file's checksum and its index. */
type PieceKey = (sha256: string, index: number) => string;

/** Puts a file into Redis; doing it twice is as doing it once. */
export async function sendParcel(redis: Redis, key: PieceKey, contents: Buffer): Promise<Parcel> {
  const sha256 = checksum(contents);
  const pieces = Math.ceil(contents.length / pieceBytes);
  for (let i = 0; i < pieces; i++)
    await redis.set(
      key(sha256, i),
      contents.subarray(i * pieceBytes, (i + 1) * pieceBytes),
      'EX',
      keepSeconds,
    );
  return { bytes: contents.length, sha256, pieces };
}

/** @throws ParcelError when a piece is missing, or the whole is not what was sent */
export async function fetchParcel(
  redis: Redis,
  key: PieceKey,
  { bytes, sha256, pieces }: Parcel,
): Promise<Buffer> {
  const found: Buffer[] = [];
  for (let i = 0; i < pieces; i++) {
    const piece = await redis.getBuffer(key(sha256, i));
    if (!piece) throw new ParcelError(`piece ${i + 1} of ${pieces} is not there`);
    found.push(piece);
  }
  const contents = Buffer.concat(found);
  if (contents.length !== bytes)
    throw new ParcelError(`${contents.length} bytes arrived of the ${bytes} that were sent`);
  if (checksum(contents) !== sha256) throw new ParcelError('the checksum differs');
  return contents;
}

export async function dropParcel(redis: Redis, key: PieceKey, { sha256, pieces }: Parcel): Promise<void> {
  for (let i = 0; i < pieces; i++) await redis.del(key(sha256, i));
}

function checksum(contents: Buffer): string {
  return createHash('sha256').update(contents).digest('hex');
}
