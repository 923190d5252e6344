import { fromBase64 } from '@isobit/core';
import { modelId } from '@isobit/model';
import { createTextRequest, llmExact } from '@isobit/receipt';
import { memorySource } from '../onnx/memory-source.ts';
import type { ModelSource } from '../runtime.ts';
import type { KnownAnswer } from '../self-test.ts';
import { knownAnswer } from './known-answer-data.ts';

/**
 * A decoder of random weights with integer and float products, norms, attention and a drawn answer: the digests of its
 * logits are those of every step.
 */
export const languageKnownAnswer: KnownAnswer = {
  source,
  request: () =>
    createTextRequest({
      model: modelId(source().manifest),
      profile: llmExact.name,
      salt: new Uint8Array(32),
      prompt: { text: 'abc' },
      maxTokens: 24,
      sampling: { temperature: '0.9', topP: '0.95', repeatPenalty: '1.1', seed: '7' },
      logProbabilities: 3,
    }),
  response: knownAnswer.response,
  trace: knownAnswer.trace,
};

function source(): ModelSource {
  const bytes = fromBase64(knownAnswer.model);
  const { manifest, read } = memorySource(bytes, { title: 'known answer', inputs: [], outputs: [] });
  return { manifest: { ...manifest, format: 'gguf', task: 'text-generation' }, read };
}
