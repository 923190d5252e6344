import {
  createOllamaChatStream,
  createOllamaGenerateStream,
  ollamaChatAnswer,
  ollamaEmbedAnswer,
  ollamaGenerateAnswer,
  readOllamaChat,
  readOllamaEmbed,
  readOllamaGenerate,
  type TextAsk,
} from '@isobit/apis';
import { tellable } from '../error-answer.ts';
import type { EmbeddingApi } from './answer-embedding.ts';
import type { Frames, TextApi } from './text-api.ts';

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Lines of JSON (specs/ollama.md section 1). */
const frames: Frames = {
  contentType: 'application/x-ndjson',
  chunk: line,
  end: () => '',
  fail(error) {
    const { code, message } = tellable(error);
    return line({ code, error: message });
  },
};

export const ollamaChat: TextApi<TextAsk> = {
  prefix: 'chat-',
  read: readOllamaChat,
  plain: ollamaChatAnswer,
  stream: createOllamaChatStream,
  frames,
};

export const ollamaGenerate: TextApi<TextAsk> = {
  prefix: 'generate-',
  read: readOllamaGenerate,
  plain: ollamaGenerateAnswer,
  stream: createOllamaGenerateStream,
  frames,
};

export const ollamaEmbed: EmbeddingApi = {
  prefix: 'embed-',
  read: readOllamaEmbed,
  answer: ollamaEmbedAnswer,
};
