import { fromBase64, fromHex } from '@isobit/core';
import { modelId } from '@isobit/model';
import { createRequest, onnxExact } from '@isobit/receipt';
import type { ModelSource } from '../runtime.ts';
import type { KnownAnswer } from '../self-test.ts';
import { knownAnswer } from './known-answer-data.ts';
import { memorySource } from './memory-source.ts';

/** A model with subnormals, NaN, integer overflow, half-width floats and the operators of small networks. */
export const onnxKnownAnswer: KnownAnswer = {
  source,
  request: () =>
    createRequest({
      model: modelId(source().manifest),
      profile: onnxExact.name,
      salt: new Uint8Array(32),
      inputs: knownAnswer.inputs.map(({ name, datatype, shape }) => ({
        name,
        datatype,
        shape,
        data: fromHex(knownAnswer.values[name] as string),
      })),
    }),
  response: knownAnswer.response,
  trace: knownAnswer.trace,
};

function source(): ModelSource {
  return memorySource(fromBase64(knownAnswer.model), {
    title: 'known answer',
    inputs: [...knownAnswer.inputs],
    outputs: [...knownAnswer.outputs],
  });
}
