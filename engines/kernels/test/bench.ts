import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compileKernels, createKernels, createMemory, floatTypeIds, weightTypeIds } from '../src/index.ts';
import { wasmPath } from '../src/wasm-path.ts';

/*
 * `node engines/kernels/test/bench.ts [--types Q8_0,Q4_K] [--tokens 1,8,256] [--rounds 5] [--build single]`
 *
 * All matrices of a model of 110 million weights, one after the other, as a forward pass takes them. The peer is the
 * host's own copy of as many bytes: how fast memory is on this machine.
 */

const { values } = parseArgs({
  options: {
    types: { type: 'string', default: Object.keys(weightTypeIds).join(',') },
    tokens: { type: 'string', default: '1,8,256' },
    rounds: { type: 'string', default: '5' },
    build: { type: 'string', default: 'single' },
    layers: { type: 'string', default: '12' },
  },
});

const LAYER = [
  [768, 768],
  [768, 768],
  [768, 768],
  [768, 768],
  [2048, 768],
  [2048, 768],
  [768, 2048],
] as const;
const HEAD = [32_000, 768] as const;
const MATRICES = [...Array.from({ length: Number(values.layers) }, () => LAYER).flat(), HEAD];

const BLOCKS: Readonly<
  Record<string, readonly [elements: number, bytes: number, halves: readonly number[]]>
> = {
  Q4_0: [32, 18, [0]],
  Q4_1: [32, 20, [0, 2]],
  Q5_0: [32, 22, [0]],
  Q5_1: [32, 24, [0, 2]],
  Q8_0: [32, 34, [0]],
  Q4_K: [256, 144, [0, 2]],
  Q5_K: [256, 176, [0, 2]],
  Q6_K: [256, 210, [208]],
  F32: [1, 4, []],
  F16: [1, 2, []],
  BF16: [1, 2, []],
};

function fileBytes(type: string, weights: number): Uint8Array {
  const [elements, size, halves] = BLOCKS[type] as (typeof BLOCKS)[string];
  if (type === 'F32')
    return new Uint8Array(Float32Array.from({ length: weights }, () => Math.random() - 0.5).buffer);
  if (elements === 1)
    return new Uint8Array(
      Uint16Array.from({ length: weights }, () => 0x3c00 + ((Math.random() * 256) | 0)).buffer,
    );
  const bytes = Uint8Array.from({ length: (weights / elements) * size }, () => (Math.random() * 256) | 0);
  for (let at = 0; at < bytes.length; at += size) for (const half of halves) bytes.set([0, 0x2c], at + half);
  return bytes;
}

/** Milliseconds of this process's own time: others may use the machine meanwhile. */
function measure(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** In a prefill, the head is asked for the last token only. */
const askedOf = (rows: number, tokens: number): number => (rows === HEAD[0] && tokens > 16 ? 1 : tokens);

const median = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1] as number;

const build = values.build as 'single';
const module = await compileKernels(build, await readFile(wasmPath(build)));
console.log(
  `${cpus()[0]?.model}, Node ${process.version}, build "${build}", medians of ${values.rounds} rounds`,
);

for (const type of values.types.split(',')) {
  const id = weightTypeIds[type as 'Q8_0'];
  const memory = createMemory(build, 1);
  const kernels = createKernels({ build, module, memory });
  let top = 1024;
  const take = (size: number): number => {
    const at = top;
    top = Math.ceil((at + size) / 64) * 64;
    const missing = Math.ceil((top - memory.buffer.byteLength) / 65_536);
    if (missing > 0) memory.grow((build.endsWith('64') ? BigInt(missing) : missing) as number);
    return at;
  };
  const scratch = take(kernels.scratchBytes(2048));
  const packed = new Map<string, { at: number; size: number }>();
  let packMs = 0;
  let fileSize = 0;
  const matrices = MATRICES.map(([rows, columns]) => {
    const key = `${rows}x${columns}`;
    const size = kernels.packedBytes(id, rows, columns);
    const at = take(size);
    const known = packed.get(key);
    if (known) {
      new Uint8Array(memory.buffer).copyWithin(at, known.at, known.at + known.size);
    } else {
      const bytes = fileBytes(type, rows * columns);
      const source = take(bytes.length);
      new Uint8Array(memory.buffer).set(bytes, source);
      let bad = -1;
      packMs += measure(() => {
        bad = kernels.pack(id, source, at, rows, columns, 0, rows, scratch);
      });
      fileSize += bytes.length;
      if (bad >= 0) throw new Error(`${type}: row ${bad} was refused`);
      packed.set(key, { at, size });
    }
    return { rows, columns, at, size };
  });
  const bytes = matrices.reduce((sum, { size }) => sum + size, 0);
  const copyBytes = Math.min(64 << 20, bytes);
  const copyFrom = new Uint8Array(memory.buffer, matrices[0]?.at, copyBytes);
  const copyTo = new Uint8Array(copyBytes);
  const copy = median(Array.from({ length: 5 }, () => measure(() => copyTo.set(copyFrom))));
  const copyRate = copyBytes / copy / 1e6;

  for (const tokens of values.tokens.split(',').map(Number)) {
    const before = top;
    const x = take(4 * 2048 * tokens);
    const activations = take(kernels.activationBytes(2048) * tokens);
    const y = take(4 * 32_000 * tokens);
    new Float32Array(memory.buffer, x, 2048 * tokens).forEach((_, i, all) => {
      all[i] = Math.random() - 0.5;
    });
    const pass = (): void => {
      for (const { rows, columns, at } of matrices) {
        const float = floatTypeIds.has(id);
        if (!float) kernels.quantise(x, activations, columns, tokens);
        const asked = askedOf(rows, tokens);
        kernels.matmul(id, at, 0, rows, columns, float ? x : activations, asked, y, 4 * rows, scratch);
      }
    };
    for (let warm = 0; warm < (tokens > 8 ? 1 : 3); warm++) pass();
    const milliseconds = median(Array.from({ length: Number(values.rounds) }, () => measure(pass)));
    const rate = (tokens * 1000) / milliseconds;
    const products = matrices.reduce(
      (sum, { rows, columns }) => sum + rows * columns * askedOf(rows, tokens),
      0,
    );
    console.log(
      `${type.padEnd(5)} ${String(tokens).padStart(3)} tokens  ${rate.toFixed(0).padStart(5)} tokens/s` +
        `  ${(products / milliseconds / 1e6).toFixed(1)} GMAC/s` +
        (tokens === 1
          ? `  ${(bytes / milliseconds / 1e6).toFixed(1)} GB/s, ${(bytes / milliseconds / 1e6 / copyRate).toFixed(2)} of copying`
          : ''),
    );
    top = before;
  }
  console.log(`${type.padEnd(5)} packing ${(fileSize / packMs / 1e3).toFixed(0)} MB/s`);
}
