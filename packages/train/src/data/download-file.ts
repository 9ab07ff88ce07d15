import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { DataError } from './data-error.js';
import type { DataDownload } from './data-set-info.js';

export interface DownloadFileOptions {
  /** Bytes of the file received so far, those of earlier attempts included. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads a file to `path` and checks it. What an earlier attempt left there is completed if the server allows it.
 * @throws DataError when the server does not deliver; what has come is kept for the next attempt
 * @throws DataError for a wrong checksum; the file is removed
 * @throws the signal's reason when aborted; what has come is kept
 */
export async function downloadFile(
  download: DataDownload,
  path: string,
  options: DownloadFileOptions = {},
): Promise<void> {
  const { url, bytes, md5 } = download;
  const { onBytes, signal } = options;
  const kept = await size(path);
  if (kept < bytes) await receive(download, path, kept, options);
  else onBytes?.(kept);
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  const found = hash.digest('hex');
  if (found !== md5) {
    await rm(path);
    throw new DataError(
      `${url}: wrong checksum, found md5 ${found}, expected ${md5}; the download was discarded.`,
    );
  }
}

async function receive(
  { url, bytes }: DataDownload,
  path: string,
  kept: number,
  { onBytes, signal }: DownloadFileOptions,
): Promise<void> {
  const response = await request(url, kept, signal);
  const resumed = response.headers.get('content-range')?.startsWith(`bytes ${kept}-`) ?? false;
  let received = resumed ? kept : 0;
  const file = await open(path, resumed ? 'a' : 'w');
  try {
    for await (const chunk of response.body ?? []) {
      await file.appendFile(chunk);
      received += chunk.length;
      onBytes?.(received);
      if (received > bytes) break; // The checksum will say so.
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw interrupted(url, received, bytes, error instanceof Error ? error.message : String(error));
  } finally {
    await file.close();
  }
  if (received < bytes) throw interrupted(url, received, bytes, 'end of the answer');
}

async function request(url: string, start: number, signal: AbortSignal | undefined): Promise<Response> {
  // Without compression on the way, so that bytes are counted as they are in the file.
  const headers = { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) };
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: signal ?? null });
  } catch (error) {
    signal?.throwIfAborted();
    const { cause } = error as Error;
    throw new DataError(`${url}: cannot be reached (${cause instanceof Error ? cause.message : error}).`, {
      cause: error,
    });
  }
  if (!response.ok)
    throw new DataError(`${url}: the server answered ${response.status} ${response.statusText}.`);
  return response;
}

function interrupted(url: string, received: number, bytes: number, reason: string): DataError {
  return new DataError(
    `${url}: stopped after ${received} of ${bytes} bytes (${reason}); try again to go on from there.`,
  );
}

async function size(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}
