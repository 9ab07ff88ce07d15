import { type ConnectionOptions, Worker } from 'bullmq';
import type { Interruption } from '../interruption.js';
import { connectRedis, withoutCredentials } from './connection.js';
import { queueName } from './keys.js';
import { RunJobs } from './run-jobs.js';

export interface WorkerOptions {
  /** The URL of the Redis. */
  readonly queue: string;
  /** A folder that the workers share, so that one goes on from another's checkpoint. */
  readonly artifacts?: string | undefined;
  /** Runs at the same time. */
  readonly jobs: number;
  readonly dataDir?: string | undefined;
  /** In messages. */
  readonly name: string;
  /** A worker that has not been heard of for so long is taken for dead, and its runs are given to others. */
  readonly lockSeconds: number;
  readonly interruption: Interruption;
  readonly onNote: (text: string) => void;
}

/** How often a run may take its worker with it; one that always does would go round for ever. */
const maxStalledCount = 10;

/**
 * Carries out runs of the queue until it is interrupted; those under way are then given back.
 * @throws InputError when the Redis cannot be reached
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue, jobs, name, lockSeconds, interruption, onNote } = options;
  const redis = await connectRedis(queue, onNote);
  const runs = new RunJobs(redis, options);
  const worker = new Worker(queueName, (job, token) => runs.carryOut(job, token), {
    connection: redis as ConnectionOptions,
    name,
    concurrency: jobs,
    // Training happens in child processes, so that renewals are on time however long a step takes.
    lockDuration: 1000 * lockSeconds,
    lockRenewTime: (1000 * lockSeconds) / 6,
    stalledInterval: (1000 * lockSeconds) / 4,
    maxStalledCount,
    runRetryDelay: 1_000,
  });
  // The connection tells of its troubles itself, and a run of what became of it.
  worker.on('error', () => {});
  worker.on('lockRenewalFailed', (ids) => runs.lose(ids));
  onNote(`${name}: waits for runs on ${withoutCredentials(queue)}`);
  try {
    await ended(interruption);
    onNote(`${name}: stops`);
    await Promise.race([worker.close(), interruption.overdue]);
  } finally {
    await runs.close();
    // Where Redis is away there is nothing left to say to it.
    redis.disconnect();
    void worker.close(true).catch(() => {});
  }
}

function ended({ signal }: Interruption): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
