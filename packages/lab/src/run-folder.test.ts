import { expect, it } from 'vitest';
import { requireWritable } from './run-folder.js';

it.runIf(process.platform === 'linux')('refuses a folder that even root cannot make', async () => {
  await expect(requireWritable('--out', '/proc/below/further')).rejects.toThrow(
    /^--out: found "\/proc\/below\/further"; allowed: a folder that can be written to \(ENOENT\)$/,
  );
});
