import { type FileHandle, open } from 'node:fs/promises';

/** Reads what is appended to a text file, in whole lines. */
export class MetricsTail {
  #done = 0;

  constructor(private readonly path: string) {}

  /** @returns what is new; empty while there is no file */
  async read(): Promise<string> {
    let file: FileHandle;
    try {
      file = await open(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.max(0, size - this.#done));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#done);
      const whole = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      this.#done += whole;
      return buffer.toString('utf8', 0, whole);
    } finally {
      await file.close();
    }
  }
}
