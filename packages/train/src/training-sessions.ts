import type { Program } from './program.js';
import type { Runtime, Session } from './runtime/runtime.js';

/** The training graph of a program in its forms: one that takes any batch, and perhaps a faster one for one size. */
export class TrainingSessions {
  #any: Promise<Session> | undefined;

  private constructor(
    private readonly program: Program,
    private readonly runtime: Runtime,
    private readonly blocked: Session | undefined,
  ) {}

  static async open(program: Program, runtime: Runtime): Promise<TrainingSessions> {
    // Where the runtime does not take it after all, the graph of plain operators is only slower.
    const blocked =
      program.blocked && (await runtime.session(program.blocked.training).catch(() => undefined));
    const sessions = new TrainingSessions(program, runtime, blocked);
    // With a faster one, the other waits for a batch of another size: often there is none.
    if (!blocked) await sessions.#anySize();
    return sessions;
  }

  /** The session for batches of `n`. */
  async of(n: number): Promise<Session> {
    return this.blocked && n === this.program.blocked!.batchSize ? this.blocked : this.#anySize();
  }

  async release(): Promise<void> {
    await this.blocked?.release();
    await (await this.#any)?.release();
  }

  #anySize(): Promise<Session> {
    this.#any ??= this.runtime.session(this.program.gathered ?? this.program.training);
    return this.#any;
  }
}
