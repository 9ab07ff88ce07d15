// Runs webgpu.test.ts on SwiftShader, a graphics adapter in software: set SWIFTSHADER to a folder with libvk_swiftshader.so,
// vk_swiftshader_icd.json and libvulkan.so.1, or have Chromium, which comes with them. A GPU of one's own needs none
// of this: `npm test` finds it.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { SWIFTSHADER, CHROMIUM_PATH, LD_LIBRARY_PATH } = process.env;
const files = ['libvk_swiftshader.so', 'vk_swiftshader_icd.json', 'libvulkan.so.1'];
const folders = [
  SWIFTSHADER,
  CHROMIUM_PATH && existsSync(CHROMIUM_PATH) && dirname(realpathSync(CHROMIUM_PATH)),
  '/usr/lib/chromium',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
].filter(Boolean);
const folder = folders.find((candidate) => files.every((file) => existsSync(join(candidate, file))));

if (!folder) {
  console.log(`Skipped: ${files.join(', ')} are in none of ${folders.join(', ')}.`);
  console.log(
    'Install Chromium, or set SWIFTSHADER to their folder: npm’s @sparticuz/chromium has one packed.',
  );
} else {
  const { status } = spawnSync('npx', ['vitest', 'run', 'packages/train/src/webgpu.test.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: 'inherit',
    env: {
      ...process.env,
      SPECTRAIN_REQUIRE_WEBGPU: '1',
      LD_LIBRARY_PATH: [folder, LD_LIBRARY_PATH].filter(Boolean).join(':'),
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    },
  });
  process.exitCode = status ?? 1;
}
