// What the checks in this folder share: a sweep of short runs on digits, and a comparison of two folders of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { scalarsOf } from '../dist/store/event-file/scalars.js';
import { parseMetrics } from '../dist/store/metrics.js';
import { readEventFile } from '../dist/testing/read-event-file.js';

const cli = fileURLToPath(new URL('../bin/spectrain.js', import.meta.url));

/** Five optimizers with `seeds` seeds, so 20 runs by default. */
export const sweep = ({ seeds = 4, epochs = 100, jobs = 2, checkpoint = 0.2, more = [] } = {}) => [
  'compare',
  ...['--optimizers', 'momentum,adam,smes,nsf,lcam', '--threads', '1'],
  ...['--seeds', seeds, '--epochs', epochs, '--jobs', jobs, '--checkpoint', checkpoint].map(String),
  ...more,
];

export const newFolder = () => mkdtempSync(join(tmpdir(), 'spectrain-check-'));

/** Starts the command line; `ended` tells exit status, signal and what was written. */
export function start(args, options = {}) {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => {
      texts[name] += text;
    });
  // Not `close`: a child process that outlives a killed parent keeps the pipes open.
  const ended = new Promise((resolve) => {
    child.once('exit', (status, signal) => setImmediate(() => resolve({ status, signal, ...texts })));
  });
  return { child, ended };
}

export const run = (args, options) => start(args, options).ended;

/** The processes that a process has started, as Linux tells them. */
export function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** In what the folder of a sweep differs from that of one that nothing happened to: one line for each difference. */
export function differences(reference, folder) {
  const names = (parent) => (existsSync(parent) ? readdirSync(parent).sort() : []);
  const [expected, found] = [reference, folder].map((parent) => names(join(parent, 'runs')));
  const lost = expected.filter((name) => !found.includes(name)).map((name) => `${name} is lost`);
  const more = found.filter((name) => !expected.includes(name)).map((name) => `${name} is too many`);
  const both = expected.filter((name) => found.includes(name));
  const inRuns = both.flatMap((name) =>
    runDifferences(join(reference, 'runs', name), join(folder, 'runs', name)).map(
      (text) => `${name}: ${text}`,
    ),
  );
  const results = [reference, folder].map((parent) => timeless(readJson(join(parent, 'results.json')).runs));
  return [
    ...lost,
    ...more,
    ...inRuns,
    ...(isDeepStrictEqual(...results) ? [] : ['results.json has other runs']),
  ];
}

function runDifferences(reference, folder) {
  const [expected, found] = [reference, folder].map(linesOf);
  const ends = found.filter(({ kind, status }) => kind === 'end' && status === 'completed').length;
  const bytes = (parent, name) => {
    const path = join(parent, name);
    return existsSync(path) ? readFileSync(path) : Buffer.of();
  };
  const same = (name) => bytes(reference, name).equals(bytes(folder, name));
  const numbers = (lines, kind) => timeless(lines.filter((line) => line.kind === kind));
  const isEventFile = (name) => name.startsWith('events.out.tfevents.');
  const curves = readdirSync(folder)
    .filter(isEventFile)
    .sort()
    .flatMap((name) => readEventFile(bytes(folder, name)).points);
  const leftovers = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  return [
    ...['config.json', 'weights.safetensors'].filter((name) => !same(name)).map((name) => `other ${name}`),
    ...['step', 'epoch']
      .filter((kind) => !isDeepStrictEqual(numbers(expected, kind), numbers(found, kind)))
      .map((kind) => `other ${kind} lines`),
    ...(isDeepStrictEqual(distinct(curves), distinct(pointsOf(found)))
      ? []
      : ['event files have other points']),
    ...(ends === 1 ? [] : [`completed ${ends} times`]),
    ...leftovers.map((name) => `${name} is left`),
  ];
}

/** What the lines of the metrics say of each curve. */
const pointsOf = (lines) =>
  lines.flatMap((line) =>
    Object.entries(scalarsOf(line)).map(([tag, value]) => ({
      tag,
      step: line.step,
      value: Math.fround(value),
    })),
  );

/** A point that was written right before a kill is there twice. */
const distinct = (points) => [...new Set(points.map((point) => JSON.stringify(point)))].sort();

export const linesOf = (folder) => parseMetrics(readFileSync(join(folder, 'metrics.jsonl'), 'utf8'));

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const timed = ['seconds', 'examplesPerSecond'];
const timeless = (value) =>
  JSON.parse(JSON.stringify(value, (key, item) => (timed.includes(key) ? undefined : item)));
