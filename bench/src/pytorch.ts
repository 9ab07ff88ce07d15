import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spread } from './statistics.js';

/** Answers of a script in `bench/pytorch`, one line of JSON each. */
export interface Answer {
  /** Version of PyTorch, in the first answer, which comes before any request. */
  readonly torch?: string;
  readonly seconds?: number;
  /** Largest resident memory so far, in KiB. */
  readonly peak?: number;
}

/** PyTorch in its own process. */
export interface PyTorch {
  readonly hello: Answer;
  /** Speed of its matrix products. */
  readonly gigaflops: number;
  ask(request: object): Promise<Answer>;
  close(): void;
}

/** Kernels of OpenBLAS: it takes those of an old processor, several times slower, where it does not know a new one. */
const blasKernels = [undefined, 'SkylakeX', 'Haswell', 'Zen'];

interface Interpreter {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly gigaflops: number;
}

/**
 * Starts a script of `bench/pytorch` with the first interpreter that has PyTorch (`PYTHON`, or else `python3` or the system's own)
 * and the fastest kernels of its BLAS.
 * @returns a line that says why that is not possible, if it is not
 */
export async function startPyTorch(script: string, threads: number): Promise<PyTorch | string> {
  const interpreter = fastestInterpreter(threads);
  return typeof interpreter === 'string' ? interpreter : start(interpreter, script);
}

const paths = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3'];

/** The first interpreter that has PyTorch, if there is one. */
export function interpreterOf(): string | undefined {
  return paths.find((path) => spawnSync(path, ['-c', 'import torch']).status === 0);
}

function fastestInterpreter(threads: number): Interpreter | string {
  const problems: string[] = [];
  for (const path of paths) {
    const first = withKernel(path, threads, blasKernels[0]);
    if (typeof first === 'string') {
      problems.push(`${path}: ${first}`);
      continue;
    }
    const others = process.env.OPENBLAS_CORETYPE
      ? []
      : blasKernels.slice(1).map((kernel) => withKernel(path, threads, kernel));
    return [first, ...others]
      .filter((candidate) => typeof candidate !== 'string')
      .reduce((best, candidate) => (candidate.gigaflops > best.gigaflops ? candidate : best));
  }
  return problems.join('; ');
}

/** Kernels that the processor cannot run end the process. */
function withKernel(path: string, threads: number, kernel: string | undefined): Interpreter | string {
  const env = { ...process.env, ...(kernel && { OPENBLAS_CORETYPE: kernel }) };
  const { stdout, stderr, status, error } = spawnSync(path, [pathOf('products.py'), String(threads)], {
    env,
    encoding: 'utf8',
  });
  if (status === 0) return { path, env, gigaflops: Number(stdout) };
  return error?.message ?? (stderr.trim().split('\n').at(-1) || 'ended without an answer');
}

/** The path of a script in `bench/pytorch`. */
export function pathOf(script: string): string {
  return fileURLToPath(new URL(`../pytorch/${script}`, import.meta.url));
}

async function start({ path, env, gigaflops }: Interpreter, script: string): Promise<PyTorch | string> {
  const child = spawn(path, [pathOf(script)], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = once(child, 'error').then(([error]: Error[]) => error?.message ?? 'could not be started');
  const lastError = () => errors.trim().split('\n').at(-1) || 'ended without an answer';
  const hello = await Promise.race([answers.next(), failed]);
  if (typeof hello === 'string') return hello;
  if (hello.done) return lastError();
  return {
    hello: JSON.parse(hello.value) as Answer,
    gigaflops,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`PyTorch: ${lastError()}`);
      return JSON.parse(answer.value) as Answer;
    },
    close: () => child.stdin.end(),
  };
}

/** How PyTorch lays out images: the faster one depends on the network. */
export type Layout = 'contiguous' | 'channels_last';

export function layoutsOf(model: string): readonly Layout[] {
  return model.startsWith('wrn') ? ['contiguous', 'channels_last'] : ['contiguous'];
}

/** The layout with the higher median, or `undefined` if there is none. */
export function fasterLayout(
  rates: ReadonlyMap<Layout, readonly number[]>,
): { readonly layout: Layout; readonly rates: readonly number[] } | undefined {
  const sorted = [...rates].sort(([, a], [, b]) => spread(b).median - spread(a).median);
  const [layout, best] = sorted[0] ?? [];
  return layout && best && { layout, rates: best };
}
