/**
 * `npm run tune`: where the default learning rates of the task `digits` come from. Each optimizer gets the same grid of
 * learning rates, is trained on four fifths of the training set and judged on the last fifth; the test set is not touched.
 */
import { type OptimizerSpec, optimizerKinds } from '@spectrain/optim';
import { buildModel, compileProgram, Engine, fromArrays, loadDataSet, nodeRuntime } from '@spectrain/train';

const grid = [1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1];
const seeds = Array.from({ length: 10 }, (_, i) => 100 + i);
const epochs = Number(process.env.EPOCHS ?? 15);
const kinds = process.env.KINDS?.split(',') ?? optimizerKinds;

const { train, ...digits } = await loadDataSet('digits');
const data = fromArrays({
  shape: digits.shape,
  train: { inputs: train.inputs, labels: train.labels },
  ...(digits.normalization && { normalization: digits.normalization }),
});
const program = compileProgram(buildModel('mlp-64-64', data.shape), data.shape, data.classes);
const runtime = nodeRuntime({ threads: 1 });
const silent = { progress: () => {}, epoch: () => {} };

/** Final validation accuracy; a run that diverges counts as 0. */
async function validate(optimizer: OptimizerSpec, seed: number): Promise<number> {
  const engine = await Engine.open({ program, data, optimizer, batchSize: 32, seed }, runtime);
  const { status, epochs: results } = await engine.fit(epochs, silent);
  await engine.close();
  return status === 'completed' ? results.at(-1)!.testAccuracy! : 0;
}

console.log(`validation accuracy in %, mean of ${seeds.length} seeds, ${epochs} epochs`);
console.log(['lr'.padEnd(10), ...grid.map((lr) => String(lr).padStart(7))].join(''));
for (const kind of kinds) {
  const row: number[] = [];
  for (const lr of grid) {
    let sum = 0;
    for (const seed of seeds) sum += await validate({ kind, lr } as OptimizerSpec, seed);
    row.push((100 * sum) / seeds.length);
  }
  const best = grid[row.indexOf(Math.max(...row))];
  console.log(
    [kind.padEnd(10), ...row.map((value) => value.toFixed(2).padStart(7)), `   best ${best}`].join(''),
  );
}
