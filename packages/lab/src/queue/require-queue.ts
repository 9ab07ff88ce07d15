import type { RunConfig } from '../run-config/run-config.js';
import { connectRedis } from './connection.js';
import { requireTravels } from './require-travels.js';

/**
 * Tells of a queue that cannot be used before anything is made for the experiment.
 * @throws InputError
 */
export async function requireQueue(
  url: string,
  config: Pick<RunConfig, 'task' | 'text' | 'model'>,
): Promise<void> {
  requireTravels(config);
  (await connectRedis(url, () => {})).disconnect();
}
