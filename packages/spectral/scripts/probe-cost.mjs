/**
 * `npm run cost -w @spectrain/spectral`: what the gain, temporal and function probes cost a training of WRN-16-1 at batch 128 at
 * their default intervals. Two trainings from the same start take turns, one step each, one of them with probes: that gives
 * the ratio of steps on which probes only collect. Looks are timed on their own and shared out over their interval.
 */
import {
  blockOfChannels,
  buildModel,
  compileProgram,
  nodeRuntime,
  randomStream,
  TrainStep,
} from '@spectrain/train';
import { GainProbe, Probes, SplitProbe, TemporalProbe } from '../dist/index.js';

const batchSize = 128;
const shape = [3, 32, 32];
const steps = Number(process.env.STEPS ?? 150);
const spec = { kind: 'smes', lr: 0.01, p: 0.25 };

const block = await blockOfChannels(nodeRuntime());
const program = compileProgram(buildModel('wrn-16-1', shape), shape, 10, { batchSize, block });
const open = () => TrainStep.create({ program, optimizer: spec, runtime: nodeRuntime() });
const [plain, probed] = [await open(), await open()];
const random = randomStream(0, 'cost');
const x = new Float32Array(batchSize * 3 * 32 * 32);
random.fillNormal(x, 1);
const labels = BigInt64Array.from({ length: batchSize }, () => BigInt(random.int(10)));
const position = { epoch: 0, stepsPerEpoch: 1000 };

const gain = new GainProbe();
const temporal = new TemporalProbe();
const probes = new Probes([gain, temporal]);
const count = 128;
const split = new SplitProbe({
  inputs: x.subarray(0, (count * x.length) / batchSize),
  count,
  labels: Array.from({ length: count }, (_, i) => i % 10),
  classes: 10,
  deltas: [1e2, 1e3, 1e4],
});
const context = (step) => ({
  step,
  epoch: 1,
  model: probed,
  spec,
  logits: (inputs, examples) => probed.predict(inputs, examples),
  backward: async () => 0,
});
const seconds = async (work) => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const milliseconds = (value) => `${(1000 * value).toFixed(3)} ms`;

const times = { step: [], hooks: [], ratio: [], gain: [] };
for (let t = -5; t < steps; t++) {
  const step = t + 6;
  const looks = step % gain.every === 0;
  const runs = {
    plain: () => plain.step(x, labels, position),
    probed: async () => {
      let hooks = await seconds(async () => probes.beforeStep(context(step)));
      await probed.step(x, labels, position);
      hooks += await seconds(() => probes.afterStep(context(step)));
      if (t >= 0) times[looks ? 'gain' : 'hooks'].push(hooks);
    },
  };
  const order = t % 2 === 0 ? ['plain', 'probed'] : ['probed', 'plain'];
  const took = {};
  for (const name of order) took[name] = await seconds(runs[name]);
  if (t < 0) continue;
  times.step.push(took.plain);
  if (!looks) times.ratio.push(took.probed / took.plain);
}
// Fills the window without training, then takes its spectra.
for (let t = 0; t < temporal.every; t++) {
  temporal.beforeStep(context(t));
  temporal.afterStep(context(t));
}
const looks = { temporal: [], split: [] };
for (let i = 0; i < 9; i++) {
  looks.temporal.push(await seconds(() => temporal.observe(context(1))));
  looks.split.push(await seconds(() => split.observe(context(1))));
}

const step = median(times.step);
const perStep =
  median(times.hooks) +
  median(times.gain) / gain.every +
  median(looks.temporal) / temporal.every +
  median(looks.split) / split.every;
console.log(`a step of wrn-16-1, batch ${batchSize}: ${milliseconds(step)} (median of ${steps})`);
console.log(`collecting, every step: ${milliseconds(median(times.hooks))}`);
console.log(`a look of gain, every ${gain.every} steps: ${milliseconds(median(times.gain))}`);
console.log(`a look of temporal, every ${temporal.every} steps: ${milliseconds(median(looks.temporal))}`);
console.log(`a look of function, every ${split.every} steps: ${milliseconds(median(looks.split))}`);
console.log(`all of it: ${((100 * perStep) / step).toFixed(3)} % of a step`);
console.log(`steps that collect beside steps that do not, by turns: ratio ${median(times.ratio).toFixed(4)}`);
await plain.dispose();
await probed.dispose();
