import { throwIfAborted } from '../../errors.ts';
import { claimsToRun, createAnswer, goesOn } from '../answer/answer.ts';
import { nextEvent } from '../answer/next-event.ts';
import type { ModelFile } from '../model-file.ts';
import type { TokenEncoder, TokenEngine, TokenStep } from '../token-engine.ts';
import { drawReference } from './draw.ts';
import { createDecoder } from './graph/decoder.ts';
import { createEncoder } from './graph/encoder.ts';

/**
 * The port on the slow reference: what every other adapter equals.
 *
 * @throws CodedError as `createDecoder`
 */
export function createReferenceEngine(file: ModelFile): TokenEngine {
  const model = createDecoder(file);
  const size = { vocabulary: model.vocabulary, context: model.description.context };
  return {
    ...size,
    async *generate(request, { signal } = {}) {
      const answer = createAnswer(request, size, drawReference);
      const sequence = model.createSequence();
      let fresh = [...request.prompt];
      while (!answer.ended) {
        throwIfAborted(signal, 'the generation');
        const step = answer.next(model.forward(sequence, fresh).at(-1) as Float32Array);
        yield step;
        fresh = [step.token];
        await nextEvent();
      }
    },
    async check(request, claims, { signal } = {}) {
      const answer = createAnswer(request, size, drawReference);
      throwIfAborted(signal, 'the check');
      const run = [...request.prompt, ...claimsToRun(answer, claims, model.vocabulary)];
      const logits = answer.ended ? [] : model.forward(model.createSequence(), run);
      const steps: TokenStep[] = [];
      while (!answer.ended) {
        await nextEvent();
        throwIfAborted(signal, 'the check');
        const found = answer.compare(
          logits[answer.tokens.length - 1] as Float32Array,
          claims[answer.tokens.length - answer.prompt],
        );
        if ('difference' in found) return { steps, difference: found.difference };
        steps.push(found.step);
      }
      const difference = goesOn(answer, claims);
      return difference ? { steps, difference } : { steps };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** @throws CodedError as `createEncoder` */
export function createReferenceEncoder(file: ModelFile): TokenEncoder {
  const model = createEncoder(file);
  return {
    vocabulary: model.vocabulary,
    context: model.description.context,
    width: model.description.width,
    async embed(tokens, { signal } = {}) {
      throwIfAborted(signal, 'the embedding');
      return model.embed(tokens);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
