import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFromBytes, stateToBytes } from '@spectrain/optim';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../safetensors.js';
import type { TrainingPosition, TrainingState } from '../training-state.js';
import { writeDurably } from '../write-durably.js';

/** A training state on disk, with what the caller added to it. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly state: TrainingState;
  readonly extra: unknown;
}

export interface CheckpointOptions {
  /** Steps done: the name of the checkpoint. */
  readonly step: number;
  /** JSON that is kept with the state. */
  readonly extra?: unknown;
}

/** A checkpoint that cannot be used; the message says what is wrong with it. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

interface Manifest {
  readonly format: typeof format;
  readonly version: typeof version;
  readonly step: number;
  readonly position: TrainingPosition;
  readonly extra?: unknown;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const format = 'spectrain-checkpoint';
const version = 1;
const manifestFile = 'manifest.json';
const weightsFile = 'weights.safetensors';
const optimizerFile = 'optimizer.safetensors';
const temporaryPrefix = '.tmp-';

/**
 * Writes a state as the folder `step-00001200` in `parent`: `weights.safetensors`, `optimizer.safetensors` and `manifest.json`
 * with sizes and SHA-256 sums. Whatever happens meanwhile, the folder is there as a whole or not at all.
 * @returns its path
 */
export async function writeCheckpoint(
  parent: string,
  state: TrainingState,
  { step, extra }: CheckpointOptions,
): Promise<string> {
  const contents = {
    [weightsFile]: writeSafetensors(
      Object.fromEntries(
        Object.entries(state.weights).map(([name, data]) => [name, { shape: [data.length], data }]),
      ),
    ),
    [optimizerFile]: stateToBytes(state.optimizer),
  };
  const manifest: Manifest = {
    format,
    version,
    step,
    position: state.position,
    ...(extra !== undefined && { extra }),
    files: Object.fromEntries(
      Object.entries(contents).map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }]),
    ),
  };
  const target = join(parent, checkpointName(step));
  const temporary = join(parent, `${temporaryPrefix}${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(contents)) await writeDurably(join(temporary, name), bytes);
    await writeDurably(join(temporary, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
    // A folder that is not empty cannot be replaced: one of the same step is of the same bits, or of no use.
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    await syncFolder(parent);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  return target;
}

/**
 * Reads a folder that {@link writeCheckpoint} made.
 * @throws CheckpointError where it is not complete, or not what was written
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const manifest = parseManifest(await contentsOf(folder, manifestFile));
  const file = async (name: string) => {
    const bytes = await contentsOf(folder, name);
    const expected = manifest.files[name];
    if (!expected) throw new CheckpointError(`${manifestFile} does not list ${name}`);
    if (bytes.length !== expected.bytes)
      throw new CheckpointError(`${name} has ${bytes.length} bytes instead of ${expected.bytes}`);
    if (sha256(bytes) !== expected.sha256)
      throw new CheckpointError(`${name} is not what was written: its SHA-256 sum differs`);
    return bytes;
  };
  try {
    const { tensors } = readSafetensors(await file(weightsFile));
    const weights = Object.fromEntries(
      Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array]),
    );
    const optimizer = stateFromBytes(await file(optimizerFile));
    const { step, position, extra } = manifest;
    return { step, state: { weights, optimizer, position }, extra };
  } catch (error) {
    if (error instanceof SafetensorsError || error instanceof RangeError)
      throw new CheckpointError(error.message);
    throw error;
  }
}

/** Names of the checkpoints in a folder, the newest first; none where there is no such folder. */
export async function listCheckpoints(parent: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names
    .filter((name) => /^step-\d+$/.test(name))
    .toSorted((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
}

/**
 * The newest checkpoint that can be used.
 * @param onUnusable told of each newer one that cannot
 */
export async function latestCheckpoint(
  parent: string,
  onUnusable: (name: string, error: CheckpointError) => void = () => {},
): Promise<Checkpoint | undefined> {
  for (const name of await listCheckpoints(parent)) {
    try {
      return await readCheckpoint(join(parent, name));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      onUnusable(name, error);
    }
  }
  return undefined;
}

/** Removes all checkpoints but the `last` newest and those named in `keep`, and what was left half written. */
export async function pruneCheckpoints(
  parent: string,
  last: number,
  keep: readonly number[] = [],
): Promise<void> {
  const kept = new Set(keep.map(checkpointName));
  const old = (await listCheckpoints(parent)).slice(last).filter((name) => !kept.has(name));
  const torn = (await readdir(parent).catch(() => [])).filter((name) => name.startsWith(temporaryPrefix));
  for (const name of [...old, ...torn]) await rm(join(parent, name), { recursive: true, force: true });
}

function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest> | null;
  } catch {
    throw new CheckpointError(`${manifestFile} is not JSON`);
  }
  if (manifest?.format !== format) throw new CheckpointError(`${manifestFile} is not that of a checkpoint`);
  if (manifest.version !== version)
    throw new CheckpointError(`${manifestFile} has version ${manifest.version}; known is ${version}`);
  if (
    !Number.isSafeInteger(manifest.step) ||
    typeof manifest.position !== 'object' ||
    typeof manifest.files !== 'object'
  )
    throw new CheckpointError(`${manifestFile} lacks the step, the position or the files`);
  return manifest as Manifest;
}

async function contentsOf(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError(`${name} is missing`);
  }
}

/** So that a rename in it outlasts a power cut; where folders cannot be opened, as on Windows, the system sees to it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
