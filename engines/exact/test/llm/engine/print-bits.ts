import { toHex } from '@isobit/core';
import { type WeightType, weightTypes } from '../../../src/llm/reference/index.ts';
import { decoderFile, encoderFile } from '../random-model.ts';
import { openDecoder, openEncoder } from './open.ts';

/* A line for each model: the tokens that the kernels give, and digests of the logits of each. Run on two machines,
 * it prints the same twice. */

const SIZE = { width: 256, hidden: 256, heads: 4, groups: 2, headWidth: 64, vocabulary: 96 } as const;
const salt = new Uint8Array(32);

async function bitsOf(file: Uint8Array): Promise<string> {
  await using engine = await openDecoder(file);
  const prompt = Array.from({ length: 70 }, (_, i) => (i * 31) % SIZE.vocabulary);
  const request = { prompt, parameters: { seed: 9n, temperature: 0.8, topP: 0.9 }, most: 6, trace: { salt } };
  const words: string[] = [];
  const tokens: number[] = [];
  for await (const { token, logits } of engine.generate(request)) {
    tokens.push(token);
    words.push(`${token}:${toHex(logits as Uint8Array).slice(0, 16)}`);
  }
  if ((await engine.check(request, tokens)).difference) throw new Error('the check differs from the answer');
  return words.join(' ');
}

for (const type of Object.keys(weightTypes) as WeightType[])
  console.log(
    `llama ${type}`,
    await bitsOf(decoderFile({ architecture: 'llama', type, layers: 2, size: SIZE })),
  );
for (const architecture of ['qwen2', 'qwen3'] as const)
  console.log(architecture, await bitsOf(decoderFile({ architecture, type: 'Q8_0', layers: 2, size: SIZE })));
await using encoder = await openEncoder(encoderFile('Q8_0', 1));
const embedding = await encoder.embed([1, 2, 3, 4, 5]);
console.log(
  'bert',
  toHex(new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength)).slice(0, 64),
);
