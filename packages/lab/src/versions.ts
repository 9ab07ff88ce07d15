import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';

/** What the numbers were computed with. */
export interface Versions {
  readonly spectrain: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly platform: string;
  readonly cpu: string;
  /** Logical processors. */
  readonly cpus: number;
}

/** The version of this package. */
export const version: string = versionIn(new URL('../package.json', import.meta.url));

export function versions(): Versions {
  const train = createRequire(createRequire(import.meta.url).resolve('@spectrain/train'));
  return {
    spectrain: version,
    node: process.versions.node,
    onnxruntime: versionIn(train.resolve('onnxruntime-node/package.json')),
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableParallelism(),
  };
}

function versionIn(packageJson: string | URL): string {
  const { version }: { version: string } = JSON.parse(readFileSync(packageJson, 'utf8'));
  return version;
}
