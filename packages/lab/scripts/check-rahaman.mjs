/**
 * `npm run check:rahaman`: the heat map of Rahaman et al. (arXiv 1806.08734, figure 1 a) at its full size. A ReLU network of six
 * layers of 256 learns a sum of sines of k = 5, 10, ..., 50, all of amplitude 1 with random phases, from 200 points of [0, 1]; Adam
 * at 3e-4 over all of them, 80,000 steps, about a quarter of an hour of two cores. Writes docs/rahaman.svg, and ends with status 1 unless lower
 * frequencies are learned sooner: by the rank correlation of k and the step that has half of its amplitude, one-sided at 1 %. `STEPS` and `OUT` replace the number of steps and the path.
 */
import { writeFile } from 'node:fs/promises';
import * as Plot from '@observablehq/plot';
import { firstReaching, gridCoefficients, learnedAmplitudes } from '@spectrain/spectral';
import { buildModel, compileProgram, nodeRuntime, sines, TrainStep } from '@spectrain/train';
import { sampleRankCorrelation } from 'simple-statistics';
import { toSvg } from '../dist/to-svg.js';

const steps = Number(process.env.STEPS ?? 80_000);
const out = process.env.OUT ?? 'docs/rahaman.svg';
const looks = 160;
const every = Math.max(1, Math.floor(steps / looks));

const { data, components } = sines({ frequencies: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50] });
const { inputs, targets } = data.train;
const ks = components.map(({ frequency: [k] }) => k);
const amplitudes = components.map(({ amplitude }) => amplitude);
const model = await TrainStep.create({
  program: compileProgram(buildModel('mlp-256-256-256-256-256-256', data.shape), data.shape, data),
  optimizer: { kind: 'adam', lr: 3e-4 },
  runtime: nodeRuntime(),
});

const cells = [];
for (let step = 1; step <= steps; step++) {
  const loss = await model.step(inputs, targets, { epoch: step - 1, stepsPerEpoch: 1 });
  if (step % every !== 0) continue;
  const spectrum = gridCoefficients(await model.predict(inputs, targets.length));
  learnedAmplitudes(spectrum, ks, amplitudes).forEach((value, i) => {
    cells.push({ step, k: ks[i], value });
  });
  if (step % (10 * every) === 0) console.error(`step ${step} of ${steps}: loss ${loss.toPrecision(3)}`);
}
await model.dispose();

await writeFile(
  out,
  toSvg({
    height: 300,
    marginLeft: 46,
    x: {
      label: 'step',
      type: 'band',
      ticks: [0.25, 0.5, 0.75].map((part) => every * Math.round((part * steps) / every)),
      padding: 0,
    },
    y: { label: 'k, cycles', type: 'band', reverse: true, padding: 0 },
    color: { label: 'learned amplitude', scheme: 'viridis', domain: [0, 1], clamp: true, legend: false },
    marks: [Plot.cell(cells, { x: 'step', y: 'k', fill: 'value', inset: -0.3 })],
  }),
);

const half = ks.map((k) =>
  firstReaching(
    cells.filter((cell) => cell.k === k),
    0.5,
  ),
);
for (const [i, k] of ks.entries())
  console.log(`k = ${k}: half of the amplitude after ${half[i] ?? `more than ${steps}`} steps`);
const correlation = sampleRankCorrelation(
  ks,
  half.map((step) => step ?? steps + every),
);
console.log(`rank correlation of k and that step: ${correlation.toFixed(3)}; ${out}`);
// Spearman's critical value for ten pairs, one-sided at 0.01 (Zar, Biostatistical Analysis, table B.20).
process.exitCode = correlation >= 0.745 ? 0 : 1;
