import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type Interruption, listenForInterruption } from './interruption.js';

let interruption: Interruption;
afterEach(() => {
  interruption.dispose();
  vi.restoreAllMocks();
});

test('a signal that is passed on once more is one signal, a later one ends the process', async () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  interruption = listenForInterruption();
  expect([interruption.signal.aborted, interruption.status]).toEqual([false, undefined]);
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  await sleep(20);
  expect([interruption.signal.aborted, interruption.status]).toEqual([true, 130]);
  expect(exit).not.toHaveBeenCalled();

  await sleep(550);
  process.emit('SIGINT', 'SIGINT');
  await interruption.overdue;
  await sleep(20);
  expect(exit).toHaveBeenCalledWith(130);
});
