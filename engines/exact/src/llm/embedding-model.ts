import { createResponse, EMBEDDING_TOKENS, ofKind, usageOf } from '@isobit/receipt';
import { throwIfAborted } from '../errors.ts';
import type { LoadedModel } from '../runtime.ts';
import type { TokenEncoder } from './token-engine.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** The output that holds the rows. */
const OUTPUT = 'embedding';

/**
 * An encoder with its tokenizer: requests of kind `embedding` to a tensor FP32 [texts, width], and how many tokens each text was. It owns the encoder.
 */
export function createEmbeddingModel({
  encoder,
  tokenizer,
}: {
  readonly encoder: TokenEncoder;
  readonly tokenizer: Tokenizer;
}): LoadedModel {
  return {
    ...(encoder.build ? { engine: encoder.build } : {}),
    async execute(given, { signal } = {}) {
      const { texts } = ofKind(given, 'embedding');
      const values = new Float32Array(texts.length * encoder.width);
      const counts = new BigInt64Array(texts.length);
      for (const [row, text] of texts.entries()) {
        throwIfAborted(signal, 'the run');
        const tokens = tokenizer.encode(text, { special: false, whole: true });
        counts[row] = BigInt(tokens.length);
        values.set(await encoder.embed(tokens, signal ? { signal } : {}), row * encoder.width);
      }
      const response = createResponse([
        {
          name: OUTPUT,
          datatype: 'FP32',
          shape: [texts.length, encoder.width],
          data: new Uint8Array(values.buffer),
        },
        {
          name: EMBEDDING_TOKENS,
          datatype: 'INT64',
          shape: [texts.length],
          data: new Uint8Array(counts.buffer),
        },
      ]);
      return { response, usage: usageOf(given, response) };
    },
    [Symbol.asyncDispose]: () => encoder[Symbol.asyncDispose](),
  };
}
