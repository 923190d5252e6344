import type { TensorsResponse } from './response/tensors-response.ts';
import { tensorFromDocument } from './tensor.ts';

/** The output of an embedding that tells how many tokens each text was (specs/request.md section 5). */
export const EMBEDDING_TOKENS = 'tokens';

/**
 * Tokens of all texts of an embedding; undefined where the response does not tell them.
 *
 * @param texts how many there are
 * @throws CodedError `TENSOR_INVALID`
 */
export function embeddingTokens({ outputs }: TensorsResponse, texts: number): number | undefined {
  const document = outputs.find(({ name }) => name === EMBEDDING_TOKENS);
  if (document?.datatype !== 'INT64' || document.shape.length !== 1 || document.shape[0] !== texts)
    return undefined;
  const { data } = tensorFromDocument(document);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let sum = 0;
  for (let at = 0; at < texts; at++) {
    const count = view.getBigInt64(at * BigInt64Array.BYTES_PER_ELEMENT, true);
    if (count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    sum += Number(count);
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}
