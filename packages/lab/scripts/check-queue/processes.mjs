import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/spectrain.js', import.meta.url));

/** Starts the command line; `before` goes before it: `['ip', 'netns', 'exec', 'name']`. */
export function cli(args, before = []) {
  return program([...before, process.execPath, bin, ...args]);
}

/** Starts a program, and keeps what it says on its standard error as `child.said`. */
export function program([command, ...args]) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    child.said += text;
  });
  child.ending = new Promise((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
  return child;
}

/** @returns `{ status, signal }` of a child when it has ended */
export function ended(child) {
  return child.ending;
}

/** Ends a child, and waits for that. */
export async function end(child, signal = 'SIGTERM') {
  child.kill(signal);
  return ended(child);
}

export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;
