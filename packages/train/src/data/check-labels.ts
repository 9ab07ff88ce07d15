import { DataError } from './data-error.js';

/**
 * @param where what the labels are called in the message
 * @throws DataError naming the first label that is not a whole number, 0 to `classes - 1`
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, where: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new DataError(
        `${where}: label ${i} is ${label}; with ${classes} classes labels are 0 to ${classes - 1}.`,
      );
  }
}
