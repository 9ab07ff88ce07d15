import { Command, CommanderError } from 'commander';
import { addClaims } from './commands/claims.js';
import { addCompare } from './commands/compare.js';
import { addData } from './commands/data.js';
import { addReport } from './commands/report.js';
import { addResume } from './commands/resume.js';
import { addRun } from './commands/run.js';
import { addRuns } from './commands/runs.js';
import { addSchema } from './commands/schema.js';
import { addStatus } from './commands/status.js';
import { addTrain } from './commands/train.js';
import { addWorker } from './commands/worker.js';
import { isInputError } from './input/input-error.js';
import { version } from './versions.js';

/**
 * Runs the command line.
 * @param args without the program: `['compare', '--seeds', '5']`
 * @returns the exit status: 0 done, 1 something failed or a run diverged, 2 the input was wrong, 130 or 143 interrupted
 */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', ignoreClosedPipe);
  let status = 0;
  const program = createProgram((value) => {
    status = value;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    return explain(error);
  }
}

function createProgram(end: (status: number) => void): Command {
  const program = new Command('spectrain')
    .description('Train neural networks with optimizers whose spectrum you control, and compare them.')
    .version(version)
    .exitOverride()
    // Commander writes help for a missing command to stderr, and errors before it throws them.
    .configureOutput({ writeErr: (text) => process.stdout.write(text), outputError: () => {} })
    .addHelpText('after', '\nRun "spectrain compare" for a first comparison; it needs no download.');
  addCompare(program, end);
  addTrain(program, end);
  addRun(program, end);
  addResume(program, end);
  addRuns(program, end);
  addReport(program, end);
  addStatus(program);
  addClaims(program, end);
  addData(program, end);
  addSchema(program, end);
  addWorker(program);
  return program;
}

/** As after `spectrain compare --json | head`. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code)) return 0;
    return wrongInput(`${error.message.replace(/^error: /, '')}; --help shows what is allowed`);
  }
  if (isInputError(error)) return wrongInput(error.message);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${oneLine(message)} (set SPECTRAIN_DEBUG=1 for the stack)\n`);
  if (process.env.SPECTRAIN_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}

function wrongInput(message: string): number {
  process.stderr.write(`error: ${oneLine(message)}\n`);
  return 2;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
