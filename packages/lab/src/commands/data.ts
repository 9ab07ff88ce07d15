import { clearLine, cursorTo } from 'node:readline';
import {
  DataError,
  type DataProgress,
  type DataSetInfo,
  dataSetStatus,
  dataSets,
  getDataSet,
} from '@spectrain/train';
import type { Command } from 'commander';
import { InputError } from '../input/input-error.js';
import { listenForInterruption } from '../interruption.js';
import { colours } from '../progress-line.js';
import { textTable } from '../results/results-table.js';

/** Adds `spectrain data list` and `spectrain data get`. */
export function addData(program: Command, end: (status: number) => void): void {
  const data = program
    .command('data')
    .description('List and download data sets.')
    .summary('list and download data sets');
  data
    .command('list')
    .description('Lists the data sets, and which of them are at hand.')
    .option('--json', 'print one JSON document instead of text')
    .action(async ({ json }: { readonly json?: true }) => {
      const rows = await Promise.all(dataSets.map(describe));
      process.stdout.write(`${json ? JSON.stringify(rows) : listTable(rows)}\n`);
    });
  data
    .command('get')
    .description(
      'Downloads a data set into the cache and checks it; goes on where an earlier download stopped.',
    )
    .argument('<name>', `one of ${names.join(', ')}`)
    .addHelpText('after', '\nThe cache is the folder $SPECTRAIN_CACHE, or the usual one of the system.')
    .action(async (name: string) => end(await get(name)));
}

const names = dataSets.map(({ name }) => name);

async function describe({ name, title, trainCount, testCount, shape, classes, licence }: DataSetInfo) {
  return { name, title, trainCount, testCount, shape, classes, licence, ...(await dataSetStatus(name)) };
}

function listTable(rows: readonly Awaited<ReturnType<typeof describe>>[]): string {
  const head = ['name', 'train', 'test', 'shape', 'state', 'folder', 'licence'];
  const body = rows.map(({ name, trainCount, testCount, shape, state, folder, licence }) => [
    name,
    String(trainCount),
    String(testCount),
    shape.join('×'),
    state,
    folder,
    licence,
  ]);
  return textTable([head, ...body], head.length, colours(process.stdout));
}

async function get(name: string): Promise<number> {
  if (!names.includes(name)) throw new InputError('data set', name, names);
  const interruption = listenForInterruption();
  try {
    const folder = await getDataSet(name, { signal: interruption.signal, onProgress: showProgress });
    clearProgress();
    process.stdout.write(`${folder}\n`);
    return 0;
  } catch (error) {
    clearProgress();
    if (interruption.status === undefined) {
      if (!(error instanceof DataError)) throw error;
      // The name was right: what the server sent, or did not send, is not wrong input.
      process.stderr.write(`error: ${error.message}\n`);
      return 1;
    }
    process.stderr.write('Stopped; the same command goes on from here.\n');
    return interruption.status;
  } finally {
    interruption.dispose();
  }
}

function showProgress({ file, bytes, totalBytes }: DataProgress): void {
  if (!process.stderr.isTTY) return;
  clearProgress();
  const megabytes = (value: number) => (value / 1e6).toFixed(1);
  process.stderr.write(`  ${file}  ${megabytes(bytes)} of ${megabytes(totalBytes)} MB`);
}

function clearProgress(): void {
  if (!process.stderr.isTTY) return;
  cursorTo(process.stderr, 0);
  clearLine(process.stderr, 0);
}
