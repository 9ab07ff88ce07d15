/** Saves the data of the report as files. Stands in the page as it is, so that it imports nothing but types. */
import type { PageData } from './report-html.js';

const json = document.getElementById('data')?.textContent ?? '';

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-file]'))
  button.addEventListener('click', () => save(button.dataset.file ?? ''));

function save(file: string): void {
  const { experiments, files }: PageData = JSON.parse(json);
  const whole = experiments.length === 1 ? experiments[0] : experiments;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([files[file] ?? JSON.stringify(whole)]));
  link.download = file;
  link.click();
}
