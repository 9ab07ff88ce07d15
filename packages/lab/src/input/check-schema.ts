import type { z } from 'zod';
import type { FieldPath, FieldPlace } from './field-place.js';
import { InputError } from './input-error.js';

/** Reads a value by a schema out of `schema-parts.ts`. @throws InputError for the first thing that is wrong */
export function checkSchema<Out>(schema: z.ZodType<Out>, value: unknown, place: FieldPlace): Out {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const { path, found, allowed } = firstProblem(error.issues, []);
  throw new InputError(place(...path), found ?? valueAt(value, path), allowed);
}

interface Problem {
  readonly path: FieldPath;
  /** The name of the field is what is wrong. */
  readonly isName?: true;
  /** Absent: the value at the path. */
  readonly found?: string;
  readonly allowed: string | readonly string[];
}

type Issue = z.core.$ZodIssue;

/** A name that is not known explains one that is missing. */
function firstProblem(issues: readonly Issue[], above: FieldPath): Problem {
  const problems = issues.map((issue) => problemOf(issue, above));
  return problems.find(({ isName }) => isName) ?? problems[0]!;
}

function problemOf(issue: Issue, above: FieldPath): Problem {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return { path: [...path, key], isName: true, found: key, allowed: issue.message.split(', ') };
    }
    case 'invalid_key':
      return {
        path,
        isName: true,
        found: String(path.at(-1)),
        allowed: issue.issues[0]?.message ?? issue.message,
      };
    case 'invalid_value':
      return { path, allowed: issue.values.map(String) };
    case 'invalid_union':
      return unionProblem(issue.errors, path);
    default:
      return { path, allowed: issue.message };
  }
}

/** That of the alternative that is nearest to the value; where none is near, what would do instead. */
function unionProblem(alternatives: readonly (readonly Issue[])[], path: FieldPath): Problem {
  const problems = alternatives
    .toSorted((a, b) => a.length - b.length)
    .map((issues) => firstProblem(issues, path));
  const near = problems.find((problem) => problem.path.length > path.length);
  return near ?? { path, allowed: alternatives.map((issues) => phraseOf(issues, path)).join(', or ') };
}

function phraseOf(issues: readonly Issue[], path: FieldPath): string {
  return [firstProblem(issues, path).allowed].flat().join(', ');
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((outer, key) => (isContainer(outer) ? outer[key] : undefined), value);
}

function isContainer(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}
