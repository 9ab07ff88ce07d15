import type { EpochResult, TracePoint } from '@spectrain/train';
import type { Versions } from '../versions.js';
import { parseIf } from './read-if.js';

/** One line of a run's `metrics.jsonl`. */
export type MetricLine = StartLine | StepLine | EpochLine | ProbeLine | NoteLine | EndLine;

/** An attempt begins. */
export interface StartLine {
  readonly kind: 'start';
  /** ISO 8601. */
  readonly time: string;
  /** Steps done before it. */
  readonly step: number;
  readonly host: string;
  readonly pid: number;
  readonly versions: Versions;
}

/** The curve over steps: the mean loss since the line before, and the hyperparameters in force. */
export interface StepLine extends TracePoint {
  readonly kind: 'step';
}

export interface EpochLine extends EpochResult {
  readonly kind: 'epoch';
}

/** What an instrument saw. */
export interface ProbeLine {
  readonly kind: 'probe';
  readonly probe: string;
  readonly step: number;
  readonly values: unknown;
}

/** Something a person should know, such as a checkpoint that could not be used. */
export interface NoteLine {
  readonly kind: 'note';
  readonly text: string;
}

/** An attempt ends. `completed` and `diverged` are final; from `stopped` and `failed` a run can go on. */
export interface EndLine {
  readonly kind: 'end';
  readonly status: 'completed' | 'diverged' | 'stopped' | 'failed';
  readonly reason?: string;
  /** What the network wrote. */
  readonly sample?: string;
}

/** Whether a run is over, for good. */
export function isFinal(
  end: EndLine | undefined,
): end is EndLine & { readonly status: 'completed' | 'diverged' } {
  return end?.status === 'completed' || end?.status === 'diverged';
}

/** Text of whole lines; a last line that is torn, or anything that is not JSON, is left out. */
export function parseMetrics(text: string): readonly MetricLine[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => parseLine(line));
}

function parseLine(line: string): readonly MetricLine[] {
  const value = parseIf(line);
  return isMetricLine(value) ? [value] : [];
}

function isMetricLine(value: unknown): value is MetricLine {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
