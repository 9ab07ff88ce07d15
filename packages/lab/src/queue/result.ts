import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { checkSchema } from '../input/check-schema.js';
import { pathText } from '../input/field-place.js';
import { object, textLike, wholeNumber } from '../input/schema-parts.js';
import { type EndLine, isFinal } from '../store/metrics.js';
import { runFiles } from '../store/run-folder.js';
import { keepSeconds, keysOf } from './keys.js';
import { dropParcel, fetchParcel, type Parcel, ParcelError, sendParcel } from './parcel.js';

/** What a worker leaves in Redis of a run that is over, until the coordinator takes it. */
interface Result {
  readonly metrics: Parcel;
  /** Of a run that was completed. */
  readonly weights?: Parcel;
}

const parcel = object({
  bytes: wholeNumber(0),
  sha256: textLike(/^[0-9a-f]{64}$/, 'a checksum'),
  pieces: wholeNumber(0, 1_000_000),
});

const resultSchema = object({ metrics: parcel, weights: parcel.exactOptional() });

/** Anybody who reaches the Redis can put anything there. @throws ParcelError */
function parseResult(text: string): Result {
  try {
    return checkSchema(resultSchema, JSON.parse(text), (...path) => pathText(['result', ...path]));
  } catch (error) {
    throw new ParcelError(error instanceof Error ? error.message : String(error));
  }
}

/** The files of a run that is over. */
export interface RunResult {
  readonly metrics: string;
  readonly weights?: Buffer;
}

/** What runs of one experiment leave in Redis. */
export class ResultBox {
  readonly #keys: ReturnType<typeof keysOf>;

  constructor(
    private readonly redis: Redis,
    experiment: string,
  ) {
    this.#keys = keysOf(experiment);
  }

  /** Files first: what the hash tells of is there. @param folder of a run that is over */
  async put(run: string, folder: string, end: EndLine): Promise<void> {
    if (!isFinal(end)) throw new RangeError(`${run} is not over`);
    const send = async (name: string) =>
      sendParcel(this.redis, this.#keyOf(run), await readFile(join(folder, name)));
    const result: Result = {
      ...(end.status === 'completed' && { weights: await send(runFiles.weights) }),
      metrics: await send(runFiles.metrics),
    };
    await this.redis.hset(this.#keys.results, run, JSON.stringify(result));
    await this.redis.expire(this.#keys.results, keepSeconds);
  }

  /** Whether somebody waits for the run, and nothing has been left of it yet. */
  async isWanted(run: string): Promise<boolean> {
    const isAsked = await this.redis.sismember(this.#keys.wanted, run);
    return isAsked === 1 && (await this.redis.hexists(this.#keys.results, run)) === 0;
  }

  /** The runs that have left something. */
  runs(): Promise<readonly string[]> {
    return this.redis.hkeys(this.#keys.results);
  }

  /** @throws ParcelError when it is not what was left */
  async take(run: string): Promise<RunResult | undefined> {
    const result = await this.#read(run);
    if (!result) return undefined;
    const fetch = (parcel: Parcel) => fetchParcel(this.redis, this.#keyOf(run), parcel);
    return {
      metrics: (await fetch(result.metrics)).toString('utf8'),
      ...(result.weights && { weights: await fetch(result.weights) }),
    };
  }

  async drop(run: string): Promise<void> {
    const result = await this.#read(run).catch((error: unknown) => {
      // What is no result has no files.
      if (!(error instanceof ParcelError)) throw error;
    });
    for (const parcel of [result?.metrics, result?.weights])
      if (parcel) await dropParcel(this.redis, this.#keyOf(run), parcel);
    await this.redis.hdel(this.#keys.results, run);
  }

  #keyOf(run: string): (sha256: string, index: number) => string {
    return (sha256, index) => this.#keys.piece(run, sha256, index);
  }

  /** @throws ParcelError */
  async #read(run: string): Promise<Result | undefined> {
    const text = await this.redis.hget(this.#keys.results, run);
    return text === null ? undefined : parseResult(text);
  }
}
