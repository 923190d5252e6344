import { readClientChoice } from '../common/client-choice.ts';
import { Members } from '../common/members.ts';
import {
  type EmbeddingAnswerOptions,
  type EmbeddingAsk,
  embeddingRows,
  readTexts,
  tokensOfTexts,
} from '../openai/embedding.ts';
import { modelOf } from './bodies.ts';

/**
 * Reads the body of `/api/embed` (specs/ollama.md section 5).
 *
 * @throws CodedError `API_MALFORMED`, `API_UNSUPPORTED`, `API_VALUE`, naming the member
 */
export function readOllamaEmbed(json: unknown): EmbeddingAsk {
  const body = new Members(json, '');
  const model = modelOf(body);
  const texts = readTexts(body);
  const choice = readClientChoice(body);
  body.ignore('keep_alive', 'options', 'truncate');
  body.done({ dimensions: 'is not served: embeddings have the width of their model' });
  return { model, texts, format: 'float', choice };
}

/** The body of an answer of `/api/embed`. @throws CodedError as `embeddingAnswer` */
export const ollamaEmbedAnswer = (options: EmbeddingAnswerOptions) => ({
  model: options.head.model,
  embeddings: embeddingRows(options),
  prompt_eval_count: tokensOfTexts(options),
  isobit: options.receipt,
});
