import { readFile, writeFile } from 'node:fs/promises';
import { toBase64 } from '@isobit/core';
import { responseDigest, saltOf, type Trace, traceRoot } from '@isobit/receipt';
import { createLlmExact } from '../../src/index.ts';
import { languageKnownAnswer } from '../../src/llm/known-answer.ts';
import { kernelsPath } from '../../src/process/index.ts';
import { languageSource, textModelFile } from './text-model.ts';

/** What src/llm/known-answer-data.ts exports. */
export async function makeKnownAnswer(): Promise<
  typeof import('../../src/llm/known-answer-data.ts').knownAnswer
> {
  const bytes = textModelFile({ layers: 2, tied: false });
  await using runtime = createLlmExact({ kernels: (build) => readFile(kernelsPath(build)) });
  const source = languageSource(bytes, { title: 'known answer' });
  await using loaded = await runtime.load(source);
  const request = languageKnownAnswer.request();
  const { response, trace } = await loaded.execute(request, { trace: true });
  const salt = saltOf(request);
  return {
    model: toBase64(bytes),
    response: responseDigest(response, salt),
    trace: traceRoot(trace as Trace, salt),
  };
}

if (import.meta.main) {
  const text = `// Written by test/llm/make-known-answer.ts; a test compares it.
export const knownAnswer: {
  /** A GGUF file, base64. */
  readonly model: string;
  /** Digest of the response and root of the trace, both with a salt of zeros. */
  readonly response: string;
  readonly trace: string;
} = ${JSON.stringify(await makeKnownAnswer(), null, 2)};
`;
  await writeFile(new URL('../../src/llm/known-answer-data.ts', import.meta.url), text);
}
