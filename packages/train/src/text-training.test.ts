import { createTrainer, fromText, generateText, mlp } from '@spectrain/train';
import { describe, expect, it } from 'vitest';

describe('a text', () => {
  const text = 'the cat sat on the mat and the dog lay by the log. '.repeat(60);
  const common = {
    optimizer: { kind: 'adamw', lr: 0.01 },
    batchSize: 16,
    augmentation: { shift: true },
  } as const;

  it('is learned, and written from memory', async () => {
    const learned = fromText(text, { context: 32 });
    const trainer = await createTrainer({ data: learned, model: 'transformer-1-32', threads: 1, ...common });
    const { epochs } = await trainer.fit({ epochs: 30 });
    // What a window begins with cannot tell what comes next: there is a loss at its first positions.
    expect(epochs[0]!.testLoss).toBeGreaterThan(1);
    expect(epochs.at(-1)!.testLoss).toBeLessThan(0.2);
    expect(epochs.at(-1)!.testAccuracy).toBeGreaterThan(0.93);
    const sample = await generateText(trainer, learned, {
      length: 100,
      prompt: 'the cat sat',
      temperature: 0.2,
    });
    expect(text).toContain(`the cat sat${sample}`);
    await trainer.close();
  });

  it('goes on from where it was stopped, as if nothing had happened', async () => {
    const options = {
      data: fromText(text, { context: 16 }),
      model: 'transformer-1-32',
      threads: 1,
      ...common,
    };
    const whole = await createTrainer(options);
    await whole.fit({ epochs: 2 });
    const parts = await createTrainer(options);
    const controller = new AbortController();
    const first = await parts.fit({
      epochs: 2,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect([first.status, first.epochs.length]).toEqual(['stopped', 0]);
    await parts.fit({ epochs: 2 });
    expect(await parts.weights()).toEqual(await whole.weights());
    await Promise.all([whole.close(), parts.close()]);
  });

  it('needs a model that answers at every position', async () => {
    await expect(createTrainer({ data: fromText(text), model: mlp(4), ...common })).rejects.toThrow(
      'model: it returns logits [n, 16]; labels of text are [n, 64].',
    );
  });
});
