/** What fails beside the training itself: it is told after the results, which it must not cost. */
export class Failures {
  readonly #messages = new Map<string, string>();

  /** Does the work; of several attempts at the same, the last one counts. */
  async attempt(what: string, work: () => Promise<void>): Promise<void> {
    this.#messages.delete(what);
    try {
      await work();
    } catch (error) {
      this.#messages.set(what, error instanceof Error ? error.message : String(error));
    }
  }

  has(what: string): boolean {
    return this.#messages.has(what);
  }

  /** `report.html could not be written: ENOSPC: no space left on device, write`. */
  get messages(): readonly string[] {
    return [...this.#messages].map(([what, reason]) => `${what} could not be written: ${reason}`);
  }
}
