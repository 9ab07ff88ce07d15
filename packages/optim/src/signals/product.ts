import { type Check, type Checks, listOf } from '../checks.js';
import type { Signal } from './signal.js';

/**
 * The product of signals, such as a learning rate under a schedule that goes from 1 to 0. The factors may have any
 * finite values; the product is held against the limits of its hyperparameter at every step.
 */
export interface Product {
  readonly kind: 'product';
  readonly signals: readonly Signal[];
  readonly note?: string;
}

export const productFields = (factor: Check): Checks => ({ signals: listOf(factor) });
