import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { MetricLine } from '../metrics.js';
import { EventSchema } from './messages.js';
import { scalarsOf } from './scalars.js';
import { tfRecord } from './tf-record.js';

/**
 * Writes the curves of a run for TensorBoard. Every attempt at a run has a file of its own, made at its first point, since what
 * follows a record that a killed one has left torn would not be read.
 */
export class EventFile {
  #file: number | undefined;
  #length = 0;

  constructor(private readonly folder: string) {}

  /**
   * Adds the points of a line, if it has any.
   * @throws what the system says, such as that the disk is full; nothing of the points is then in the file
   */
  append(line: MetricLine): void {
    const scalars = Object.entries(scalarsOf(line));
    if (scalars.length === 0 || !('step' in line)) return;
    if (this.#file === undefined) {
      const seconds = Math.floor(Date.now() / 1000);
      const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`;
      this.#file = openNew(join(this.folder, name));
    }
    if (this.#length === 0) this.#write({ fileVersion: 'brain.Event:2' });
    this.#write({
      step: BigInt(line.step),
      // In float32, where a loss that is on its way to diverge may be infinite already.
      summary: { value: scalars.map(([tag, value]) => ({ tag, simpleValue: Math.fround(value) })) },
    });
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(event: MessageInitShape<typeof EventSchema>): void {
    const record = tfRecord(
      toBinary(EventSchema, create(EventSchema, { wallTime: Date.now() / 1000, ...event })),
    );
    const file = this.#file!;
    try {
      for (let done = 0; done < record.length; )
        done += writeSync(file, record, done, undefined, this.#length + done);
      this.#length += record.length;
    } catch (error) {
      ftruncateSync(file, this.#length);
      throw error;
    }
  }
}

/** Opens a file that was not there: `path.0`, or the next number that is free. */
function openNew(path: string): number {
  for (let number = 0; ; number++) {
    try {
      return openSync(`${path}.${number}`, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
