import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** An SVG file: on white, as it is looked at on pages of either kind. */
export function toSvg(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({
    width: 720,
    marginTop: 34,
    marginBottom: 40,
    ...options,
    document: document as unknown as Document,
    style: { background: 'white', color: '#222', fontSize: '11px' },
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}
