// The built package: a provider is tried in a child process, which needs JavaScript on disk.
import {
  availableProviders,
  createTrainer,
  fromArrays,
  ProviderError,
  requireProvider,
} from '@spectrain/train';
import { expect, it } from 'vitest';

it('has the CPU first', async () => {
  expect((await availableProviders())[0]).toBe('cpu');
  await requireProvider('cpu');
});

it('says what is there instead of one that is not', async () => {
  const available = await availableProviders();
  const data = fromArrays({
    shape: [1],
    train: { inputs: [0, 1, 2, 3], labels: [0, 0, 1, 1] },
    testShare: 0.5,
  });
  const trainer = createTrainer({ data, model: 'mlp', optimizer: { kind: 'sgd' }, provider: 'quantum' });
  const error = await trainer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ found: 'quantum', available });
  expect((error as ProviderError).message).toMatch(
    /^provider: "quantum" is not available here \(ONNX Runtime for .* has cpu, .*\); available: cpu.*\.$/,
  );
});

it('tells what the library says of one that it knows and that does not compute', async () => {
  const available = await availableProviders();
  const missing = ['cuda', 'webgpu', 'tensorrt'].filter((name) => !available.includes(name));
  for (const name of missing)
    await expect(requireProvider(name)).rejects.toThrow(
      /^provider: "\w+" is not available here \(\S.*\); available: cpu.*\.$/,
    );
});
