import { hostname } from 'node:os';
import type { Command } from 'commander';
import { requireWritable } from '../experiment/experiment-folder.js';
import { wholeNumber } from '../input/flag-values.js';
import { listenForInterruption } from '../interruption.js';
import { runWorker } from '../queue/run-worker.js';

interface WorkerFlags {
  readonly queue: string;
  readonly artifacts?: string;
  readonly jobs: number;
  readonly dataDir?: string;
  readonly name?: string;
  readonly lock: number;
}

const examples = `
Examples:
  spectrain worker --queue redis://10.0.0.1
  spectrain worker --queue rediss://:secret@queue.example.org:6380 --jobs 4 --artifacts /mnt/shared/spectrain

The other side is --queue of the commands that train. REDISCLI_AUTH may hold the password.`;

/** Adds `spectrain worker`. */
export function addWorker(program: Command): void {
  program
    .command('worker')
    .summary('carry out runs that other machines ask for')
    .description('Carries out the runs in a queue, until it is interrupted; those under way go back then.')
    .requiredOption('--queue <url>', 'the Redis that has the queue: redis://HOST, rediss:// for TLS')
    .option('--artifacts <path>', 'folder that all workers share: one goes on from the checkpoint of another')
    .option(
      '--jobs <n>',
      'runs at the same time, each in a process of its own',
      wholeNumber('--jobs', 1, 256),
      1,
    )
    .option('--data-dir <path>', 'folder that has the files of the data set (default: the cache)')
    .option('--name <name>', 'of this worker, in messages (default: host and process)')
    .option(
      '--lock <seconds>',
      'how long this worker may be out of reach before its runs are given to others',
      wholeNumber('--lock', 2, 3600),
      60,
    )
    .addHelpText('after', examples)
    .action(async ({ lock, artifacts, name = `${hostname()}-${process.pid}`, ...flags }: WorkerFlags) => {
      if (artifacts !== undefined) await requireWritable('--artifacts', artifacts);
      const interruption = listenForInterruption();
      try {
        await runWorker({
          ...flags,
          artifacts,
          name,
          lockSeconds: lock,
          interruption,
          onNote: (text) => process.stderr.write(`${text}\n`),
        });
      } finally {
        interruption.dispose();
      }
      // A connection that was closed while it waited for a reply has a timer that would be waited for.
      process.exit(interruption.status ?? 0);
    });
}
