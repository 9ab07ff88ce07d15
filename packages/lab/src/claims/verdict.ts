/** What became of a part of a claim. */
export type Outcome = 'holds' | 'partly' | 'fails';

/** The word that a claim ends with. */
export type Verdict = 'supported' | 'not supported' | 'mixed';

/** The rule of all claims: supported where every part holds, not supported where every part that decides fails. */
export function verdictOf(parts: readonly Outcome[], deciding: readonly Outcome[] = parts): Verdict {
  if (parts.length > 0 && parts.every((outcome) => outcome === 'holds')) return 'supported';
  return deciding.every((outcome) => outcome === 'fails') ? 'not supported' : 'mixed';
}

/** `holds 3, partly 1, fails 0`. */
export function countsOf(parts: readonly Outcome[]): string {
  return (['holds', 'partly', 'fails'] as const)
    .map((outcome) => `${outcome} ${parts.filter((each) => each === outcome).length}`)
    .join(', ');
}
