import { join } from 'node:path';
import { listCheckpoints } from '@spectrain/train';
import { byteSize, duration, loss, minute, percent } from '../format.js';
import { colours } from '../progress-line.js';
import { textTable } from '../results/results-table.js';
import { runFiles, type StoredRun, sizeOfFolder } from '../store/run-folder.js';
import { flatten } from './flatten.js';

/** All that is known of a run but its curves. */
export interface RunDetails {
  readonly run: StoredRun;
  readonly bytes: number;
  /** Names, the newest first. */
  readonly checkpoints: readonly string[];
}

export async function detailsOf(run: StoredRun): Promise<RunDetails> {
  const checkpoints = await listCheckpoints(join(run.folder, runFiles.checkpoints));
  return { run, bytes: await sizeOfFolder(run.folder), checkpoints };
}

/** For people: a line for each thing that is known. */
export function detailText(details: RunDetails): string {
  const rows = [[details.run.id, ''], ...detailRows(details)];
  return textTable(rows, 2, colours(process.stdout)).replace(/ +$/gm, '');
}

/** Rows of name and value. */
export function detailRows({ run, bytes, checkpoints }: RunDetails): readonly (readonly [string, string])[] {
  const { status, config, step, notes, started } = run;
  const { reason, epochs, seconds, sample } = run.run;
  const last = epochs.at(-1);
  return [
    ['status', reason === undefined ? status : `${status}, ${reason}`],
    ['folder', `${run.folder} (${byteSize(bytes)})`],
    ...rowsOf('started', started && `${minute(started)} UTC`),
    ['epoch', `${last?.epoch ?? 0} of ${config.epochs}, step ${step}`],
    ...(last
      ? rowsOf('train loss', loss(last.trainLoss))
          .concat(rowsOf('test loss', loss(last.testLoss)))
          .concat(rowsOf('test accuracy', accuracyText(run)))
      : []),
    ...rowsOf('time', last && duration(seconds)),
    ...rowsOf('sample', sample && JSON.stringify(sample)),
    ...rowsOf('checkpoints', checkpoints.length > 0 ? checkpoints.join(', ') : undefined),
    ...notes.map((note): [string, string] => ['note', note]),
    ...flatten(config).map(([name, value]): [string, string] => [`config.${name}`, value]),
  ];
}

function rowsOf(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value ? [[name, value]] : [];
}

/** `94.15 %, at best 94.43 % in epoch 7`; nothing where there is none. */
function accuracyText({ run: { epochs } }: StoredRun): string | undefined {
  const accuracies = epochs.flatMap(({ testAccuracy }) => testAccuracy ?? []);
  const last = accuracies.at(-1);
  if (last === undefined) return undefined;
  const best = Math.max(...accuracies);
  const at = epochs.find(({ testAccuracy }) => testAccuracy === best)!;
  return best === last
    ? `${percent(last)} %`
    : `${percent(last)} %, at best ${percent(best)} % in epoch ${at.epoch}`;
}
