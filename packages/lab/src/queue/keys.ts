/** The queue that all experiments of a Redis database share, so that a worker serves all of them. */
export const queueName = 'spectrain';

/** What the queue's workers do with a job of theirs; the name is not used to tell jobs apart. */
export const jobName = 'run';

/** Names a run of one experiment: the same run of another one is another job. (BullMQ allows no colon.) */
export function jobId(experiment: string, run: string): string {
  return `${experiment}.${run}`;
}

/** The names in Redis of what an experiment's runs send back. */
export function keysOf(experiment: string) {
  const own = (name: string) => `${queueName}:${experiment}:${name}`;
  return {
    /** Set: the runs that have not come back yet. */
    wanted: own('wanted'),
    /** Stream: lines of metrics and progress, for those who look on. Lossy. */
    live: own('live'),
    /** Hash: how each run ended, and what belongs to it. */
    results: own('results'),
    /** String: a piece of a file. */
    piece: (run: string, sha256: string, index: number) => own(`${run}:${sha256}:${index}`),
  } as const;
}

/** What has not been fetched after so long, in seconds, is given up. */
export const keepSeconds = 30 * 24 * 3600;
