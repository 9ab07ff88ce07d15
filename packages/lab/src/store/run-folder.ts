import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type EpochResult, type TracePoint, writeWhole } from '@spectrain/train';
import type { Run } from '../results/results.js';
import { canonical, type RunConfig, runId } from '../run-config/run-config.js';
import { type EndLine, isFinal, type MetricLine, parseMetrics } from './metrics.js';
import { parseIf, readIf } from './read-if.js';
import { lockOwner } from './run-lock.js';

/** The files of a run; all but the first two may be missing. */
export const runFiles = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  checkpoints: 'checkpoints',
  /** The trained network. */
  weights: 'weights.safetensors',
  lock: '.lock',
} as const;

/** A run as its folder tells of it. */
export interface StoredRun {
  readonly id: string;
  readonly folder: string;
  readonly config: RunConfig;
  /** `running` while a process is at work on it; `pending` where none is, and the run is not over. */
  readonly status: Run['status'] | 'running' | 'pending';
  readonly run: Run;
  /** Steps done, as far as the metrics tell. */
  readonly step: number;
  readonly notes: readonly string[];
  /** When it was first begun, ISO 8601. */
  readonly started?: string;
}

/** Makes the folder of a run in `parent` if it is not there. @returns its path */
export async function prepareRun(parent: string, config: RunConfig): Promise<string> {
  const folder = join(parent, runId(config));
  await mkdir(folder, { recursive: true });
  const file = join(folder, runFiles.config);
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === undefined || canonical(parseIf(found)) !== canonical(config))
    await writeWhole(file, `${JSON.stringify(config, null, 2)}\n`);
  return folder;
}

/** @returns nothing where the folder is not that of a run */
export async function readRun(folder: string): Promise<StoredRun | undefined> {
  const config = await readConfig(folder);
  if (!config) return undefined;
  const lines = parseMetrics((await readIf(join(folder, runFiles.metrics))) ?? '');
  const end = endOf(lines);
  const busy = !isFinal(end) && (await lockOwner(join(folder, runFiles.lock))) !== undefined;
  const run = runOf(basename(folder), config, lines, end);
  const started = lines.find((line) => line.kind === 'start')?.time;
  return {
    id: basename(folder),
    folder,
    config,
    status: busy ? 'running' : (end?.status ?? 'pending'),
    run,
    step: lines.reduce((most, line) => Math.max(most, 'step' in line ? line.step : 0), 0),
    notes: lines.flatMap((line) => (line.kind === 'note' ? [line.text] : [])),
    ...(started !== undefined && { started }),
  };
}

/** All runs in a folder and the folders in it. */
export async function findRuns(folder: string): Promise<readonly StoredRun[]> {
  const found: StoredRun[] = [];
  const folders = await findRunFolders(folder);
  for (let from = 0; from < folders.length; from += atOnce) {
    const runs = await Promise.all(folders.slice(from, from + atOnce).map(readRun));
    // A run may be removed while we look.
    found.push(...runs.filter((run) => run !== undefined));
  }
  return found;
}

/** How many are read at the same time: the number of files that a process can have open is limited. */
const atOnce = 32;

/** The folders of all runs in a folder and the folders in it, in the order of their names. Does not follow links. */
export async function findRunFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === runFiles.config) && (await isRunFolder(folder))) return [folder];
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      found.push(...(await findRunFolders(join(folder, entry.name))));
  return found;
}

/** Whether a folder is that of a run. */
export async function isRunFolder(folder: string): Promise<boolean> {
  return (await readConfig(folder)) !== undefined;
}

/** How the last attempt ended; nothing where it has not. */
export function endOf(lines: readonly MetricLine[]): EndLine | undefined {
  const last = lines.findLast((line) => line.kind === 'start' || line.kind === 'end');
  return last?.kind === 'end' ? last : undefined;
}

/** What the report shows of a run. */
export function runOf(
  id: string,
  config: RunConfig,
  lines: readonly MetricLine[],
  end: EndLine | undefined = endOf(lines),
): Run {
  const epochs: EpochResult[] = [];
  const trace: TracePoint[] = [];
  for (const line of lines) {
    if (line.kind === 'epoch') epochs.push(without(line));
    else if (line.kind === 'step') trace.push(without(line));
  }
  const { optimizer, seed, trial } = config;
  return {
    id,
    optimizer,
    seed,
    ...(trial !== undefined && { trial }),
    config,
    status: end?.status ?? 'stopped',
    ...(end?.reason !== undefined && { reason: end.reason }),
    epochs,
    trace,
    seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0),
    // All epochs have as many images.
    examplesPerSecond:
      epochs.length / epochs.reduce((sum, { examplesPerSecond }) => sum + 1 / examplesPerSecond, 0) || 0,
    ...(end?.sample !== undefined && { sample: end.sample }),
  };
}

function without<T extends { readonly kind: string }>({ kind: _, ...rest }: T): Omit<T, 'kind'> {
  return rest;
}

async function readConfig(folder: string): Promise<RunConfig | undefined> {
  const text = await readIf(join(folder, runFiles.config));
  const config = text === undefined ? undefined : parseIf(text);
  return isRunConfig(config) ? config : undefined;
}

function isRunConfig(value: unknown): value is RunConfig {
  return (
    typeof value === 'object' &&
    value !== null &&
    'task' in value &&
    'optimizer' in value &&
    'seed' in value &&
    'epochs' in value
  );
}

/** Bytes of the files in a folder and the folders in it; what vanishes meanwhile does not count. */
export async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sizeOfFolder(path);
      const found = await lstat(path).catch(() => undefined);
      return found?.size ?? 0;
    }),
  );
  return sizes.reduce((a, b) => a + b, 0);
}
