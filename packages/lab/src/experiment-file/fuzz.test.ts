import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Experiment } from '../experiment/experiment.js';
import { finalConfigs, trialConfigs } from '../experiment/plan.js';
import { InputError } from '../input/input-error.js';
import { parseRunConfig } from '../run-config/parse-run-config.js';
import { jsonMutation, textMutation } from '../testing/mutations.js';
import { testFolder } from '../testing/start-cli.js';
import { readExperimentFile } from './read-experiment-file.js';

const experiments = fileURLToPath(new URL('../../../../experiments/', import.meta.url));
const everything = `
task: text
data: notes.txt
context: 32
sample: 10
temperature: 0.5
prompt: a
model: net.onnx
trainable: [fc.*]
batchNorm: freeze
optimizers:
  short: adam:lr=0.01
  custom: { kind: custom, rule: { first: ema, second: max, biasCorrection: true, decay: coupled }, p: 0.3, gain: matched }
  chain:
    spec: { kind: sgd, lr: { kind: chain, parts: [{ signal: { kind: warm-up, duration: 3, signal: 1 }, duration: 4 }, { signal: 1 }] } }
    space: { 'lr.parts[1].signal': { min: 0.1, max: 1, scale: log } }
  grouped: { spec: { kind: nsf, groups: [{ match: '*.bias', frozen: true }] }, space: { lr: { values: [1, 2] }, p.high: { min: 0, max: 1 } } }
seeds: [3, 5]
epochs: 4
batch: 64
augmentation: { shift: true }
normalization: { mean: [0.5], std: [0.25] }
threads: 1
provider: cpu
log: { every: 10 }
checkpoint: { seconds: 5 }
probes: { gain: 10, curvature: {} }
tuning: { trials: 3, seeds: 2, epochs: 2, validation: 0.2, metric: loss }
targets: { accuracy: 0.9, loss: [0.5, 0.1] }
`;
const settings = { trainCount: 1000, threads: 1 };

let folder: Awaited<ReturnType<typeof testFolder>>;
let texts: readonly string[];
beforeAll(async () => {
  folder = await testFolder();
  await cp(experiments, folder.path, { recursive: true });
  const files = (await readdir(experiments)).filter((file) => file.endsWith('.yaml'));
  texts = [
    everything,
    ...(await Promise.all(files.map((file) => readFile(join(experiments, file), 'utf8')))),
  ];
});
afterAll(() => folder.remove());

/** How often it was either, so that a test that only ever sees one of them is noticed. */
const counts = { accepted: 0, refused: 0 };

function expectRefusal(error: unknown): void {
  if (!(error instanceof InputError)) throw error;
  expect(error.message).toMatch(/^[^\n\r\u0085\u2028\u2029]+$/);
  expect(error.message.length).toBeLessThan(5000);
  counts.refused++;
}

/** Whatever is planned can be sent. */
function expectPlannable(experiment: Experiment): void {
  const { tuning, seeds, optimizers } = experiment;
  const few = { ...experiment, seeds: seeds.slice(0, 2), optimizers: optimizers.slice(0, 5) };
  const tuned = tuning
    ? { ...few, tuning: { ...tuning, trials: Math.min(3, tuning.trials), seeds: tuning.seeds.slice(0, 2) } }
    : few;
  for (const config of [...trialConfigs(tuned, settings), ...finalConfigs(tuned, settings)])
    expect(parseRunConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  counts.accepted++;
}

describe('a mutated experiment file is read or refused in one line', () => {
  async function read(text: string): Promise<void> {
    const path = join(folder.path, 'mutant.yaml');
    await writeFile(path, text);
    const outcome = await readExperimentFile(path).then(
      (experiment) => () => expectPlannable(experiment),
      (error: unknown) => () => expectRefusal(error),
    );
    outcome();
  }

  it('as text', async () => {
    counts.accepted = counts.refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), textMutation, (which, mutate) => read(mutate(texts[which % texts.length]!))),
      { numRuns: 500, seed: 5 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });

  it('as JSON', async () => {
    counts.accepted = counts.refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), jsonMutation, (which, mutate) =>
        read(JSON.stringify(mutate(parse(texts[which % texts.length]!))) ?? ''),
      ),
      { numRuns: 500, seed: 5 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });
});

describe('a mutated run is read or refused in one line', () => {
  it('as JSON', async () => {
    counts.accepted = counts.refused = 0;
    await writeFile(join(folder.path, 'everything.yaml'), everything);
    const names = ['everything.yaml', 'nsf-vs-baselines.yaml', 'lcam-figure-3.yaml'];
    const configs = (
      await Promise.all(
        names.map(async (name) => {
          const experiment = await readExperimentFile(join(folder.path, name));
          return [...trialConfigs(experiment, settings).slice(0, 5), ...finalConfigs(experiment, settings)];
        }),
      )
    ).flat();
    fc.assert(
      fc.property(fc.nat(), jsonMutation, (which, mutate) => {
        const mutant = mutate(JSON.parse(JSON.stringify(configs[which % configs.length])));
        try {
          expect(parseRunConfig(mutant)).toEqual(mutant);
          counts.accepted++;
        } catch (error) {
          expectRefusal(error);
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });
});
