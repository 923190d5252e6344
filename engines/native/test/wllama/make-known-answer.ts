import { writeFile } from 'node:fs/promises';
import { toBase64 } from '@isobit/core';
import { textKnownAnswer } from '@isobit/exact';
import { createLanguageRuntime, wllamaLaw } from '@isobit/exact/llm';
import { textModelFile } from '@isobit/exact/testing';
import { llamaWasm, responseDigest, saltOf, type Trace, traceRoot } from '@isobit/receipt';

type Data = typeof import('../../src/wllama/known-answer-data.ts').knownAnswer;

/** What src/wllama/known-answer-data.ts exports. */
export async function makeKnownAnswer(): Promise<Data> {
  const { openWllama } = await import('../../src/wllama/open-wllama.ts');
  const model = toBase64(textModelFile({ withBytes: true, tied: true }));
  const { source, request } = textKnownAnswer({ profile: llamaWasm.name, model, response: '', trace: '' });
  await using runtime = createLanguageRuntime({ law: wllamaLaw(openWllama) });
  await using loaded = await runtime.load(source());
  const asked = request();
  const { response, trace } = await loaded.execute(asked, { trace: true });
  const salt = saltOf(asked);
  return { model, response: responseDigest(response, salt), trace: traceRoot(trace as Trace, salt) };
}

if (import.meta.main) {
  const text = `// Written by test/wllama/make-known-answer.ts; a test compares it.
export const knownAnswer: {
  /** A GGUF file, base64. */
  readonly model: string;
  /** Digest of the response and root of the trace, both with a salt of zeros. */
  readonly response: string;
  readonly trace: string;
} = ${JSON.stringify(await makeKnownAnswer(), null, 2)};
`;
  await writeFile(new URL('../../src/wllama/known-answer-data.ts', import.meta.url), text);
}
