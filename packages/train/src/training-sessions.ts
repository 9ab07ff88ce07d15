import type { Program } from './program.js';
import type { Runtime, Session } from './runtime/runtime.js';

/** The training graph of a program in its forms: one that takes any batch, and perhaps a faster one for one size. */
export class TrainingSessions {
  #any: Promise<Session> | undefined;

  private constructor(
    private readonly program: Program,
    private readonly runtime: Runtime,
    private readonly fixed: Session | undefined,
  ) {}

  static async open(program: Program, runtime: Runtime): Promise<TrainingSessions> {
    // Where the runtime does not take it after all, the graph of plain operators is only slower.
    const fixed = program.fixed && (await runtime.session(program.fixed.training).catch(() => undefined));
    const sessions = new TrainingSessions(program, runtime, fixed);
    // With a faster one, the other waits for a batch of another size: often there is none.
    if (!fixed) await sessions.#anySize();
    return sessions;
  }

  /** The session for batches of `n`. */
  async of(n: number): Promise<Session> {
    return this.fixed && n === this.program.fixed!.batchSize ? this.fixed : this.#anySize();
  }

  async release(): Promise<void> {
    await this.fixed?.release();
    await (await this.#any)?.release();
  }

  #anySize(): Promise<Session> {
    this.#any ??= this.runtime.session(this.program.training);
    return this.#any;
  }
}
