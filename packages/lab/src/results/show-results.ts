import { colours } from '../progress-line.js';
import type { Results } from './results.js';
import { resultsTable } from './results-table.js';

/** What is printed at the end. */
export function showResults(results: Results): string {
  return resultsTable(results, colours(process.stdout));
}
