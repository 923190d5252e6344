import { fromBase64 } from '@isobit/core';
import { modelId } from '@isobit/model';
import { createTextRequest, llmExact } from '@isobit/receipt';
import { memorySource } from '../onnx/memory-source.ts';
import type { ModelSource } from '../runtime.ts';
import type { KnownAnswer } from '../self-test.ts';
import { knownAnswer } from './known-answer-data.ts';

export interface TextKnownAnswer {
  /** Name of the profile. */
  readonly profile: string;
  /** A GGUF file, base64. */
  readonly model: string;
  /** Digest of the response and root of the trace, both with a salt of zeros. */
  readonly response: string;
  readonly trace: string;
}

/** A known answer that is drawn from a decoder: the digests of its logits are those of every step. */
export function textKnownAnswer({ profile, model, response, trace }: TextKnownAnswer): KnownAnswer {
  function source(): ModelSource {
    const { manifest, read } = memorySource(fromBase64(model), {
      title: 'known answer',
      inputs: [],
      outputs: [],
    });
    return { manifest: { ...manifest, format: 'gguf', task: 'text-generation' }, read };
  }
  return {
    source,
    request: () =>
      createTextRequest({
        model: modelId(source().manifest),
        profile,
        salt: new Uint8Array(32),
        prompt: { text: 'abc' },
        maxTokens: 24,
        sampling: { temperature: '0.9', topP: '0.95', repeatPenalty: '1.1', seed: '7' },
        logProbabilities: 3,
      }),
    response,
    trace,
  };
}

/** A decoder of random weights with integer and float products, norms, attention and a drawn answer. */
export const languageKnownAnswer: KnownAnswer = textKnownAnswer({ profile: llmExact.name, ...knownAnswer });
