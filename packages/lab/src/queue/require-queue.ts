import type { Experiment } from '../experiment.js';
import { connectRedis } from './connection.js';
import { requireTravels } from './require-travels.js';

/**
 * Tells of a queue that cannot be used before anything is made for the experiment.
 * @throws InputError
 */
export async function requireQueue(url: string, experiment: Experiment): Promise<void> {
  requireTravels(experiment);
  (await connectRedis(url, () => {})).disconnect();
}
