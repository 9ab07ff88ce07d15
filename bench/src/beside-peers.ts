import { networkOf, prepareStep, type Work } from './own-steps.js';
import { formatRates, formatSpread, spread } from './statistics.js';
import { stepPeers, type TrainingStepper } from './step-peers.js';

/** The batch of each peer that can train a model; undefined is the same as ours. */
export type PeerBatches = Readonly<Record<string, number | undefined>>;

/** Steps from the same weights whose losses are compared; they are the peer's warm-up too. */
const compared = 3;
/** Seconds that a turn of a peer takes at least, if one step does not take longer. */
const turn = 0.2;

interface Own {
  readonly work: Work;
  readonly run: (steps: number) => Promise<number>;
  readonly pairs: number;
}

/** One row: our examples/s, the peer's, the ratio, and by how much losses from the same weights differ; or why there is none. */
export async function compareWithPeer(peer: string, batch: number, own: Own): Promise<string> {
  const { work, run } = own;
  const losses: number[] = [];
  let step: TrainingStepper;
  let seconds = 0;
  // Of float32.
  let difference = 1e-7;
  const pass = async (count: number): Promise<number> => {
    const started = performance.now();
    for (let i = 0; i < count; i++) losses.push(await step());
    return (performance.now() - started) / 1000;
  };
  try {
    const reference = await prepareStep({ ...work, batch });
    const { step: ours, x, labels, take } = reference;
    const { shape, classes } = networkOf(work.model);
    const parameters = ours.program.parameters;
    const make = stepPeers[peer];
    if (!make) return 'no such peer';
    step = await make({
      model: work.model,
      weights: await ours.weights(),
      shapes: Object.fromEntries(parameters.map((spec) => [spec.name, spec.shape])),
      x,
      shape: [batch, ...shape],
      labels: Array.from(labels, Number),
      classes,
    });
    for (let i = 0; i < compared; i++) {
      seconds = await pass(1);
      const loss = await take();
      difference = Math.max(difference, Math.abs(losses.at(-1)! - loss) / loss);
    }
    await ours.dispose();
  } catch (error) {
    return `cannot: ${String(error).split('\n')[0]?.slice(0, 110)}`;
  }
  const steps = Math.max(1, Math.round(turn / seconds));
  if (seconds < turn) await pass(steps);
  const pairs = seconds > 1 ? Math.min(own.pairs, 3) : own.pairs;
  const rates: number[] = [];
  const theirs: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    rates.push((work.steps * work.batch) / (await run(work.steps)));
    theirs.push((steps * batch) / (await pass(steps)));
  }
  const ratios = rates.map((rate, i) => rate / theirs[i]!);
  const fall = `${losses[0]!.toFixed(2)} to ${losses[compared - 1]!.toFixed(2)}`;
  const note = `${batch === work.batch ? '' : `its batch ${batch}, `}losses ${fall}, ${difference.toExponential(0)} apart`;
  const digits = spread(ratios).median < 10 ? 2 : 0;
  return [formatRates(rates), formatRates(theirs), formatSpread(spread(ratios), digits), note].join('');
}
