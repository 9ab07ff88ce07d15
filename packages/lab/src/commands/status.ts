import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Command } from 'commander';
import { duration, none } from '../format.js';
import { InputError } from '../input/input-error.js';
import { colours } from '../progress-line.js';
import { textTable } from '../results/results-table.js';
import { type ExperimentStatus, experimentStatuses } from '../runs/experiment-status.js';
import { defaultRunsFolder } from '../runs/run-argument.js';

/** Adds `spectrain status`. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .summary('tell how far experiments have come')
    .description(
      'Tells how far the experiments in a folder have come, how long they will take, and who is at work.',
    )
    .argument('[dir]', 'the folder', defaultRunsFolder)
    .option('--json', 'print one JSON document instead of text')
    .action(async (folder: string, { json }: { readonly json?: true }) => {
      const found = await stat(folder).catch(() => undefined);
      if (!found?.isDirectory()) throw new InputError('dir', folder, 'a folder that is there');
      const statuses = await experimentStatuses(folder);
      process.stdout.write(`${json ? JSON.stringify(statuses) : statusText(statuses, folder)}\n`);
    });
}

function statusText(statuses: readonly ExperimentStatus[], folder: string): string {
  const colour = colours(process.stdout);
  const head = ['experiment', 'planned', 'completed', 'running', 'failed', 'pending', 'done %', 'time left'];
  const rows = statuses.map((status) => [
    relative(folder, status.folder) || '.',
    ...[status.planned, status.completed, status.running, status.failed, status.pending].map(String),
    Math.floor(100 * status.done).toString(),
    timeLeft(status),
  ]);
  const processes = statuses.flatMap((status) =>
    status.processes.map(({ run, epoch, epochs, pid, host }) => [
      run,
      `${epoch}/${epochs}`,
      String(pid),
      host,
    ]),
  );
  return [
    textTable([head, ...rows], 1, colour),
    ...(processes.length === 0
      ? []
      : ['', textTable([['under way', 'epoch', 'process', 'host'], ...processes], 1, colour)]),
  ].join('\n');
}

function timeLeft({ secondsLeft: seconds, completed, failed, planned }: ExperimentStatus): string {
  return seconds === null || completed + failed === planned ? none : duration(seconds);
}
