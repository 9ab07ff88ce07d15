import { isSyntheticTask, parseSyntheticTask } from '@spectrain/train';
import type { FieldPlace } from '../input/field-place.js';
import { wholeNumber } from '../input/flag-values.js';
import { InputError, nearest } from '../input/input-error.js';
import type { ProbeSettings, RunConfig } from '../run-config/run-config.js';

/** The instruments of `@spectrain/spectral` that a run can switch on. */
export const probeNames = ['gain', 'temporal', 'function', 'curvature', 'boundary', 'predictions'] as const;
export type ProbeName = (typeof probeNames)[number];

/** What decides which probes a run may have. */
type ProbedConfig = Pick<RunConfig, 'task' | 'provider'>;

const leastWindow = 8;

/** Reads `gain,temporal:256`: names, each with its interval or without. @throws InputError */
export function parseProbes(field: string, text: string): readonly ProbeSettings[] {
  return text.split(',').map((part) => {
    const [name = '', every, ...more] = part.trim().split(':');
    if (more.length > 0) throw new InputError(field, part, 'NAME or NAME:EVERY');
    return { name, ...(every !== undefined && { every: wholeNumber(`${field} ${name}`, 1)(every) }) };
  });
}

/** @throws InputError for a probe that is not known, or that the run cannot have */
export function requireProbes(
  probes: readonly ProbeSettings[],
  { task, provider = 'cpu' }: ProbedConfig,
  place: FieldPlace,
): void {
  probes.forEach(({ name, every }, i) => {
    const known = probeNames.find((each) => each === name);
    if (!known)
      throw new InputError(place('probes', i), name, `${probeNames.join(', ')}${nearest(name, probeNames)}`);
    const tasks = taskNeeded(known, task);
    if (tasks !== undefined)
      throw new InputError(place('probes', i), name, `probes that ${task} has; ${name} needs ${tasks}`);
    if (provider === 'webgpu')
      throw new InputError(
        place('probes', i),
        name,
        'none with the provider webgpu, which keeps weights and gradients to itself',
      );
    if (name === 'boundary' && !isPlane(task) && probes.some((other) => other.name === 'predictions'))
      throw new InputError(place('probes', i), name, `boundary or predictions, which are one for ${task}`);
    if (name === 'temporal' && every !== undefined && every < leastWindow)
      throw new InputError(place('probes', i), every, `temporal every ${leastWindow} steps or more`);
  });
}

/** Whether examples are points of the plane, whose boundary is known. */
export function isPlane(task: string): boolean {
  if (!isSyntheticTask(task)) return false;
  const { kind } = parseSyntheticTask(task);
  return kind !== 'sines' && kind !== 'gratings' && kind !== 'bands';
}

/** What of tasks a probe can be used for, where that one is none of them. */
function taskNeeded(probe: ProbeName, task: string): string | undefined {
  const kind = isSyntheticTask(task) ? parseSyntheticTask(task).kind : undefined;
  const isRegression = kind === 'sines' || kind === 'gratings';
  switch (probe) {
    case 'function':
      return task === 'text' ? 'a sum of sines or a class for each example' : undefined;
    case 'boundary':
    case 'predictions':
      return isRegression || task === 'text' ? 'a class for each example' : undefined;
    default:
      return undefined;
  }
}
