import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '../random/random-stream.js';
import { DataError } from './data-error.js';
import type { DataProgress, DataSetInfo } from './data-set-info.js';
import { findDataSet } from './data-sets.js';
import { downloadDataSet, getDataSet } from './get-data-set.js';

const hash = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');
// Random bytes do not pack: the download is as large as the contents, and comes in many pieces.
const contents = ['one.bin', 'two.bin'].map((name, seed) => {
  const random = randomStream(seed, 'test');
  const data = Uint8Array.from({ length: 300_000 }, () => random.int(256));
  return { name, data };
});
const archive = gzipSync(createTar(contents.map(({ name, data }) => ({ name: `folder/${name}`, data }))));
const single = gzipSync(contents[0]!.data);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handler: Handler;
let requests: (string | undefined)[];
let server: Server;
let base: string;
let cacheDir: string;
let folder: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'spectrain-get-'));
  folder = join(cacheDir, 'tiny');
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true });
});

function dataSet(file: string, bytes: Uint8Array, expected = bytes): DataSetInfo {
  const files = contents.map(({ name, data }) => ({
    name,
    bytes: data.length,
    sha256: hash('sha256', data),
  }));
  return {
    ...findDataSet('mnist'),
    name: 'tiny',
    files: file.endsWith('.tar.gz') ? files : files.slice(0, 1),
    downloads: [{ url: `${base}/${file}`, bytes: bytes.length, md5: hash('md5', expected) }],
  };
}

/** Serves ranges, as file servers do. */
const serve =
  (bytes: Uint8Array): Handler =>
  (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      ...(start > 0 && range),
    });
    response.end(bytes.subarray(start));
  };

/** Sends the beginning, then cuts the connection. */
const cut =
  (bytes: Uint8Array, sent: number): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, sent), () => setTimeout(() => response.destroy(), 20));
  };

async function expectCached(names: readonly string[]): Promise<void> {
  expect(await readdir(folder)).toEqual(names);
  for (const { name, data } of contents)
    if (names.includes(name)) expect((await readFile(join(folder, name))).equals(data)).toBe(true);
}

describe('downloadDataSet', () => {
  it('downloads an archive, unpacks it and reports progress', async () => {
    handler = serve(archive);
    const seen: DataProgress[] = [];
    const options = { cacheDir, onProgress: (progress: DataProgress) => seen.push(progress) };
    expect(await downloadDataSet(dataSet('a.tar.gz', archive), options)).toBe(folder);
    await expectCached(['one.bin', 'two.bin']);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ file: 'a.tar.gz', bytes: archive.length, totalBytes: archive.length });
  });

  it('downloads a packed file', async () => {
    handler = serve(single);
    await downloadDataSet(dataSet('one.bin.gz', single), { cacheDir });
    await expectCached(['one.bin']);
  });

  it('downloads what is damaged, and nothing that is intact', async () => {
    handler = serve(archive);
    const set = dataSet('a.tar.gz', archive);
    await downloadDataSet(set, { cacheDir });
    await downloadDataSet(set, { cacheDir });
    expect(requests).toEqual([undefined]);
    await writeFile(join(folder, 'two.bin'), new Uint8Array(300_000));
    await downloadDataSet(set, { cacheDir });
    expect(requests).toEqual([undefined, undefined]);
    await expectCached(['one.bin', 'two.bin']);
  });

  it('goes on where a cut connection ended', async () => {
    handler = cut(archive, 100_000);
    const set = dataSet('a.tar.gz', archive);
    await expect(downloadDataSet(set, { cacheDir })).rejects.toThrow(
      new DataError(
        `${base}/a.tar.gz: stopped after 100000 of ${archive.length} bytes (terminated); try again to go on from there.`,
      ),
    );
    await expectCached(['a.tar.gz.part']);
    handler = serve(archive);
    const seen: number[] = [];
    await downloadDataSet(set, { cacheDir, onProgress: ({ bytes }) => seen.push(bytes) });
    expect(requests).toEqual([undefined, 'bytes=100000-']);
    expect(seen[0]).toBeGreaterThan(100_000);
    await expectCached(['one.bin', 'two.bin']);
  });

  it('starts anew when the server does not know ranges', async () => {
    handler = cut(archive, 100_000);
    const set = dataSet('a.tar.gz', archive);
    await expect(downloadDataSet(set, { cacheDir })).rejects.toThrow(DataError);
    handler = (_, response) => response.end(archive);
    await downloadDataSet(set, { cacheDir });
    expect(requests).toEqual([undefined, 'bytes=100000-']);
    await expectCached(['one.bin', 'two.bin']);
  });

  it('takes up a download that was complete but not unpacked', async () => {
    const set = dataSet('a.tar.gz', archive);
    handler = cut(archive, 100_000);
    await expect(downloadDataSet(set, { cacheDir })).rejects.toThrow(DataError);
    await writeFile(join(folder, 'a.tar.gz.part'), archive);
    await downloadDataSet(set, { cacheDir });
    expect(requests).toEqual([undefined]);
    await expectCached(['one.bin', 'two.bin']);
  });

  it('notices a server that ends early without saying how much there is', async () => {
    handler = (_, response) => response.end(archive.subarray(0, 1000));
    await expect(downloadDataSet(dataSet('a.tar.gz', archive), { cacheDir })).rejects.toThrow(
      `stopped after 1000 of ${archive.length} bytes (end of the answer); try again`,
    );
  });

  it.each([
    ['another file of the same size', (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1)],
    ['a longer file', (bytes: Uint8Array) => Buffer.concat([bytes, Uint8Array.of(0)])],
  ])('leaves nothing behind of %s', async (_, change) => {
    const wrong = change(single);
    handler = serve(wrong);
    await expect(downloadDataSet(dataSet('one.bin.gz', single), { cacheDir })).rejects.toThrow(
      new DataError(
        `${base}/one.bin.gz: wrong checksum, found md5 ${hash('md5', wrong)}, expected ${hash('md5', single)}; ` +
          'the download was discarded.',
      ),
    );
    await expectCached([]);
  });

  it('refuses an archive that lacks a file or has another in its place', async () => {
    const lacking = gzipSync(createTar([{ name: 'folder/one.bin', data: contents[0]!.data }]));
    handler = serve(lacking);
    await expect(downloadDataSet(dataSet('a.tar.gz', lacking), { cacheDir })).rejects.toThrow(
      new DataError(`${base}/a.tar.gz: there is no two.bin in it.`),
    );
    const swapped = gzipSync(createTar([{ name: 'one.bin', data: contents[1]!.data }]));
    handler = serve(swapped);
    await expect(downloadDataSet(dataSet('b.tar.gz', swapped), { cacheDir })).rejects.toThrow(
      `one.bin in ${base}/b.tar.gz: wrong checksum`,
    );
  });

  it('passes on what the server answers', async () => {
    handler = (_, response) => response.writeHead(404).end();
    await expect(downloadDataSet(dataSet('a.tar.gz', archive), { cacheDir })).rejects.toThrow(
      new DataError(`${base}/a.tar.gz: the server answered 404 Not Found.`),
    );
    await expectCached([]);
  });

  it('says that a server cannot be reached', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    await expect(downloadDataSet(dataSet('a.tar.gz', archive), { cacheDir })).rejects.toThrow(
      new DataError(`${base}/a.tar.gz: cannot be reached (connect ECONNREFUSED 127.0.0.1:${port}).`),
    );
    server.listen(0);
  });

  it('stops at a signal, and goes on later', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, 100_000));
    };
    const set = dataSet('a.tar.gz', archive);
    const controller = new AbortController();
    const onProgress = ({ bytes }: DataProgress) => {
      if (bytes === 100_000) controller.abort();
    };
    await expect(
      downloadDataSet(set, { cacheDir, onProgress, signal: controller.signal }),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
    handler = serve(archive);
    await downloadDataSet(set, { cacheDir });
    expect(requests).toEqual([undefined, 'bytes=100000-']);
    await expectCached(['one.bin', 'two.bin']);
    await expect(
      downloadDataSet(dataSet('b.tar.gz', archive), {
        cacheDir: join(cacheDir, 'other'),
        signal: controller.signal,
      }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('getDataSet', () => {
  it('has nothing to do for an embedded data set, and refuses an unknown one', async () => {
    expect(await readdir(await getDataSet('digits', { cacheDir }))).toContain('digits.csv.gz');
    await expect(getDataSet('imagenet', { cacheDir })).rejects.toThrow(DataError);
  });
});
