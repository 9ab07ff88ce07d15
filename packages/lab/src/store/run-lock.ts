import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, utimesSync } from 'node:fs';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** A run that another process is at work on. */
export class RunBusyError extends Error {
  override readonly name = 'RunBusyError';

  constructor(readonly owner: LockOwner) {
    super(`process ${owner.pid} on ${owner.host} is at work on it`);
  }
}

export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  readonly started: string;
}

const touchMilliseconds = 5_000;
/** A process on another machine that has not been heard of for so long is taken for dead. */
const staleMilliseconds = 60_000;

/**
 * Lets one process at a time work on a folder, also on a disk that machines share. A lock whose process is gone is
 * taken over: at once if it ran on this machine, else when its file has not been touched for a minute.
 * (`proper-lockfile` knows only the latter, so that every restart after a crash would wait.)
 */
export class RunLock {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    path: string,
    private readonly text: string,
  ) {
    this.#path = path;
    this.#timer = setInterval(() => this.touch(), touchMilliseconds);
    this.#timer.unref();
  }

  /** @throws RunBusyError */
  static async acquire(path: string): Promise<RunLock> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const text = await create(path);
      if (text !== undefined) return new RunLock(path, text);
      const found = await read(path);
      if (!found) continue;
      if (!(await isDead(found.owner, path))) throw new RunBusyError(found.owner);
      await removeIf(path, found.text);
    }
    const found = await read(path);
    throw new RunBusyError(found?.owner ?? { host: 'unknown', pid: 0, started: '' });
  }

  /** Tells other machines that this process is alive; a step that blocks the event loop may call it. */
  touch(): void {
    const now = new Date();
    try {
      utimesSync(this.#path, now, now);
    } catch {
      // The folder was removed under us: the next write to it will tell.
    }
  }

  /** A process that slept for too long leaves the lock of the one that took over as it is. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    if ((await read(this.#path))?.text === this.text) await rm(this.#path, { force: true });
  }
}

/** Who is at work on a folder now; nobody where there is no lock, or its process is gone. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  const found = await read(path);
  return found && !(await isDead(found.owner, path)) ? found.owner : undefined;
}

/** By a link, so that the file appears with its contents. @returns these; nothing where there is a lock */
async function create(path: string): Promise<string | undefined> {
  const temporary = join(dirname(path), `.lock-${randomUUID()}`);
  const owner: LockOwner = { host: thisHost, pid: process.pid, started: startOf(process.pid) };
  const text = JSON.stringify(owner);
  await writeFile(temporary, text);
  try {
    await link(temporary, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return undefined;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function read(path: string): Promise<{ text: string; owner: LockOwner } | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    return {
      text,
      owner: { host: owner?.host ?? '', pid: owner?.pid ?? 0, started: owner?.started ?? '' },
    };
  } catch {
    return { text, owner: { host: '', pid: 0, started: '' } };
  }
}

async function isDead({ host, pid, started }: LockOwner, path: string): Promise<boolean> {
  if (host === thisHost) return !isAlive(pid) || startOf(pid) !== started;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > staleMilliseconds;
}

/** Of several that find a lock to be stale one removes it; a lock that has been made since is put back. */
async function removeIf(path: string, text: string): Promise<void> {
  const aside = join(dirname(path), `.lock-${randomUUID()}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The 22nd field of `/proc/PID/stat`: when the process was started, in ticks. Empty where there is no such file. */
function startOf(pid: number): string {
  const text = readIf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Processes with the same value can see each other's numbers: containers count their own. */
const thisHost: string = [
  hostname(),
  readIf(() => readlinkSync('/proc/self/ns/pid')),
  readIf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8)),
]
  .filter(Boolean)
  .join(' ');

function readIf(use: () => string): string {
  try {
    return use();
  } catch {
    return '';
  }
}
