// Compiles kernel/kernel.ts and writes it as base64 into src/kernel/kernel-binary.ts, so that the package needs no file
// besides its own modules. Does nothing where that is newer than its sources.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = `${root}src/kernel/kernel-binary.ts`;
const sources = readdirSync(`${root}kernel`).map((name) => `${root}kernel/${name}`);
const changed = Math.max(
  ...[...sources, fileURLToPath(import.meta.url)].map((path) => statSync(path).mtimeMs),
);

if (!existsSync(output) || statSync(output).mtimeMs < changed) {
  const { error, stdout, stderr } = await asc.main(
    // The first 1024 bytes of memory stay empty: an address of 0 is no tensor.
    `kernel.ts -o kernel.wasm -O3 --noAssert --runtime stub --enable simd --importMemory --memoryBase 1024`.split(
      ' ',
    ),
    {
      readFile: (name, folder) => readOrNull(`${folder === '.' ? '' : `${folder}/`}${name}`),
      writeFile: (_name, contents) => {
        const base64 = Buffer.from(contents).toString('base64');
        writeFileSync(
          output,
          `/** The compiled kernel, in base64. */\nexport const kernelBinary =\n  '${base64}';\n`,
        );
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`The kernel does not compile: ${error.message}\n${stdout}${stderr}`);
}

function readOrNull(name) {
  const path = `${root}kernel/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
