const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** How long a training step and its checkpoint may take after an interruption. */
const patienceMilliseconds = 30_000;

/** A second signal so soon is the first one once more: `npx` and `timeout` pass on what the terminal sends to all. */
const echoMilliseconds = 500;

/** Ctrl-C and termination, as something that work can end by. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Settles when whatever has not ended by itself is to be ended. */
  readonly overdue: Promise<void>;
  /** Exit status of the interruption, if there was one. */
  readonly status: number | undefined;
  /** Gives the signals back their usual effect. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM; the second of them, half a second later or more, ends the process at once. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let status: number | undefined;
  let received = 0;
  let isOverdue: () => void;
  const overdue = new Promise<void>((resolve) => {
    isOverdue = resolve;
  });
  const listener = (name: keyof typeof signals) => {
    if (status !== undefined) {
      if (performance.now() - received < echoMilliseconds) return;
      isOverdue();
      // After the process that trains has been killed.
      setImmediate(() => process.exit(status));
      return;
    }
    status = signals[name];
    received = performance.now();
    setTimeout(isOverdue, patienceMilliseconds).unref();
    controller.abort();
  };
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    overdue,
    get status() {
      return status;
    },
    dispose: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}

const names = Object.keys(signals) as (keyof typeof signals)[];
