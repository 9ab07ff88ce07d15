import type { Command } from 'commander';
import { experimentJsonSchema } from '../experiment-file/experiment-json-schema.js';

/** Adds `spectrain schema`. */
export function addSchema(program: Command, end: (status: number) => void): void {
  program
    .command('schema')
    .summary('print the JSON Schema of experiment files')
    .description('Prints the JSON Schema of experiment files, with which editors complete and check them.')
    .action(() => {
      process.stdout.write(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
      end(0);
    });
}
