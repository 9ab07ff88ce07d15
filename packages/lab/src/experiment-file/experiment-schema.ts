import { z } from 'zod';
import {
  anyObject,
  choice,
  finiteNumber,
  flag,
  label,
  listOf,
  mapOf,
  numberBetween,
  object,
  oneOrList,
  positiveNumber,
  properShare,
  text,
  wholeNumber,
} from '../input/schema-parts.js';
import {
  augmentation,
  batch,
  batchNorm,
  epochs,
  every,
  normalization,
  probe,
  seed,
  threads,
} from '../run-config/run-schemas.js';
import { taskHint, tasks } from '../tasks/tasks.js';
import { optimizerId, optimizerJsonSchema } from './optimizer-json-schema.js';

const seeds = z.union([wholeNumber(1, 1000), listOf(seed, 'whole numbers')]);

const range = z.union([
  object({
    min: finiteNumber(),
    max: finiteNumber(),
    scale: choice(['linear', 'log']).default('linear'),
  }),
  object({ values: listOf(finiteNumber(), 'numbers') }),
]);

const shorthand = text('an optimizer such as adam:lr=0.01').describe(
  'as on the command line: NAME, or NAME:lr=0.01:beta2=0.99',
);
const spec = anyObject('an object with kind')
  .refine((value) => !Object.hasOwn(value, 'spec'), { abort: true })
  .meta({ id: optimizerId, ...optimizerJsonSchema() });
const searched = object({
  spec: z.union([shorthand, spec]),
  space: mapOf(range, 'ranges to search')
    .optional()
    .describe('by the path of a number in the spec, such as lr or p.high'),
});

/** An experiment's file, with what it extends. Fields have the names of the flags where there are flags. */
export const experimentSchema = object({
  $schema: text().optional().describe('the JSON Schema of this file, for editors'),
  name: label().optional().describe('in the names of folders and reports (default: the name of the file)'),
  extends: text()
    .optional()
    .describe(
      'a file, from the folder of this one, whose fields hold where this one has none; null takes one away',
    ),
  task: text('the name of a task')
    .optional()
    .describe(`what to learn: ${taskHint} (default: ${tasks[0]!.name})`),
  model: text('the name of a model, or the path of an .onnx file')
    .optional()
    .describe('mlp-WIDTH-WIDTH-..., wrn-DEPTH-WIDTH, transformer-LAYERS-WIDTH or FILE.onnx'),
  trainable: oneOrList(text(), 'patterns').optional().describe('of FILE.onnx: weights to train'),
  batchNorm: batchNorm.optional().describe('of FILE.onnx'),
  data: text('the path of a text file').optional().describe('text in UTF-8 that the task text learns'),
  context: wholeNumber(1, 4096).optional().describe('characters that a prediction from text can see'),
  sample: wholeNumber(0, 1_000_000).optional().describe('characters to write at the end'),
  temperature: numberBetween(0, 1000).optional(),
  prompt: text().optional(),
  optimizers: mapOf(z.union([shorthand, spec, searched]), 'an optimizer under each name').optional(),
  baseline: label().optional().describe('the optimizer that others are compared with (default: the first)'),
  seeds: seeds.optional().describe('how many, or which (default: 3, which are 0, 1 and 2)'),
  epochs: epochs.optional(),
  batch: batch.optional().describe('examples a step'),
  augmentation: z.union([flag(), augmentation]).optional().describe('true: as usual for the task (default)'),
  normalization: normalization.optional().describe('of the inputs (default: that of the data set)'),
  threads: threads.optional().describe('of a run'),
  provider: text().optional().describe('what computes: cpu, webgpu, cuda, ...'),
  log: object({ every: every.optional().describe('steps from one line of metrics to the next') }).optional(),
  checkpoint: object({
    seconds: positiveNumber().optional().describe('from one to the next (default: 60)'),
    last: wholeNumber(1, 1000).optional().describe('how many of the newest are kept (default: 2)'),
    best: flag().optional().describe('whether that of the best epoch is kept as well (default: false)'),
  }).optional(),
  probes: z
    .union([
      z.array(probe, 'a list of probes').max(100, 'a list of at most 100 probes'),
      mapOf(z.union([every, object({ every: every.optional() })]), 'the steps of each probe'),
    ])
    .optional()
    .describe('instruments that watch the runs'),
  tuning: object({
    trials: wholeNumber(1, 1000).optional().describe('of each optimizer (default: 20)'),
    seeds: seeds.optional().describe('how many, or which; none of the final ones (default: 1)'),
    epochs: epochs.optional().describe('(default: as the final runs)'),
    validation: properShare().optional().describe('share of the training set that judges (default: 0.1)'),
    metric: choice(['accuracy', 'loss']).optional().describe('(default: accuracy; of text: loss)'),
  })
    .optional()
    .describe('a search for the best setting, as long for every optimizer'),
  targets: object({
    accuracy: oneOrList(numberBetween(0, 1), 'numbers').optional().describe('shares, 0 to 1'),
    loss: oneOrList(positiveNumber(), 'numbers').optional(),
  })
    .optional()
    .describe('when a run counts as having got there'),
});

export type ExperimentDocument = z.output<typeof experimentSchema>;
