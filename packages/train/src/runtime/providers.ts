import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { listSupportedBackends } from 'onnxruntime-node';

/** A provider that does not compute here. */
export class ProviderError extends RangeError {
  override readonly name = 'ProviderError';

  constructor(
    readonly found: string,
    readonly available: readonly string[],
    /** Why not, as the library says it. */
    readonly reason: string,
  ) {
    super(`provider: "${found}" is not available here (${reason}); available: ${available.join(', ')}.`);
  }
}

/** The providers that compute on this machine, `cpu` first. Each is tried, in a process of its own. */
export async function availableProviders(): Promise<string[]> {
  const found = await Promise.all(known().map(problemOf));
  return known().filter((_, i) => found[i] === undefined);
}

/** @throws ProviderError for a provider that does not compute here */
export async function requireProvider(provider: string): Promise<void> {
  const problem = known().includes(provider)
    ? await problemOf(provider)
    : `ONNX Runtime for ${process.platform} ${process.arch} has ${known().join(', ')}`;
  if (problem !== undefined) throw new ProviderError(provider, await availableProviders(), problem);
}

function known(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

const problems = new Map<string, Promise<string | undefined>>();

/** Why a provider does not compute, found out once. */
function problemOf(provider: string): Promise<string | undefined> {
  const found =
    problems.get(provider) ?? (provider === 'cpu' ? Promise.resolve(undefined) : tryOut(provider));
  problems.set(provider, found);
  return found;
}

/** A library that is missing, or of another version, may end the process: it is not this one. */
async function tryOut(provider: string): Promise<string | undefined> {
  const probe = fileURLToPath(new URL('./probe-provider.js', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [probe, provider], (error, stdout) => {
      if (!error) resolve(undefined);
      else resolve(lastLine(stdout) || `it ended with ${error.signal ?? `status ${error.code}`}`);
    });
  });
}

/** Without the place in the library's source, which its messages begin with. */
function lastLine(message: string): string {
  const line = message.trim().split('\n').at(-1)!;
  return line.replace(/^.* was false\. /, '').trim();
}
