/** Saves the data of the report as files. Stands in the page as it is, so that it imports nothing but types. */
import type { Results } from '../results.js';

declare const d3: { csvFormat(rows: readonly object[]): string };

const json = document.getElementById('results')?.textContent ?? '';

offer('csv', 'epochs.csv', 'text/csv', () => {
  const { runs }: Results = JSON.parse(json);
  return d3.csvFormat(
    runs.flatMap(({ optimizer, seed, epochs }) => epochs.map((epoch) => ({ optimizer, seed, ...epoch }))),
  );
});
offer('json', 'results.json', 'application/json', () => json);

function offer(id: string, file: string, type: string, contents: () => string): void {
  document.getElementById(id)?.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([contents()], { type }));
    link.download = file;
    link.click();
  });
}
