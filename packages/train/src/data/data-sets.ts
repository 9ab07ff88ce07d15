import { cifar10 } from './cifar10.js';
import { cifar100 } from './cifar100.js';
import { DataError } from './data-error.js';
import type { DataSetDefinition, DataSetInfo } from './data-set-info.js';
import { digits } from './digits.js';
import { mnist } from './mnist.js';

const definitions: readonly DataSetDefinition[] = [digits, mnist, cifar10, cifar100];

/** All data sets that are known by name. */
export const dataSets: readonly DataSetInfo[] = definitions;

/** @throws DataError for an unknown name, with the names there are */
export function findDataSet(name: string): DataSetDefinition {
  const found = definitions.find((definition) => definition.name === name);
  if (!found)
    throw new DataError(
      `There is no data set "${name}"; there are ${definitions.map((definition) => definition.name).join(', ')}.`,
    );
  return found;
}
