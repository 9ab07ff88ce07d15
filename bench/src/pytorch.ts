import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** PyTorch in a process of its own, answering requests of one kind. */
export interface PyTorch<Request> {
  readonly version: string;
  /** What its matrix products reach, if the script measures it. */
  readonly gigaflops: number | undefined;
  /** Its largest resident memory so far, in KiB, if the script measures it. */
  readonly peak: number | undefined;
  /** Seconds it took. */
  run(request: Request): Promise<number>;
  close(): void;
}

/**
 * Starts a script of `bench/pytorch` with the first interpreter that has it (`PYTHON`, else `python3` or the system's own), or says in one
 * line why that is not possible.
 */
export async function startPyTorch<Request>(script: string): Promise<PyTorch<Request> | string> {
  const interpreters = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3'];
  const problems: string[] = [];
  for (const interpreter of interpreters) {
    const started = await start<Request>(interpreter, script);
    if (typeof started !== 'string') return started;
    problems.push(`${interpreter}: ${started}`);
  }
  return problems.join('; ');
}

async function start<Request>(interpreter: string, script: string): Promise<PyTorch<Request> | string> {
  const path = fileURLToPath(new URL(`../pytorch/${script}`, import.meta.url));
  const child = spawn(interpreter, [path], { stdio: ['pipe', 'pipe', 'pipe'] });
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
  const parse = (line: string) =>
    JSON.parse(line) as { torch: string; gigaflops?: number; peak?: number; seconds: number };
  const first = parse(hello.value);
  let peak = first.peak;
  return {
    version: first.torch,
    gigaflops: first.gigaflops,
    get peak() {
      return peak;
    },
    async run(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`PyTorch: ${lastError()}`);
      const { seconds, peak: now } = parse(answer.value);
      peak = now;
      return seconds;
    },
    close: () => child.stdin.end(),
  };
}
