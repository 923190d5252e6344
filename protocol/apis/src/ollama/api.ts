import type { EmbeddingApi, Frames, TextApi } from '../common/api.ts';
import {
  createOllamaChatStream,
  createOllamaGenerateStream,
  ollamaChatAnswer,
  ollamaGenerateAnswer,
} from './answers.ts';
import { readOllamaChat, readOllamaGenerate } from './bodies.ts';
import { ollamaEmbedAnswer, readOllamaEmbed } from './embed.ts';

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Lines of JSON (specs/ollama.md section 1). */
const frames: Frames = { contentType: 'application/x-ndjson', chunk: line, end: () => '', fail: line };

/** An error in the API's shape, which is also that of the node's own routes. */
const fault: TextApi['fault'] = ({ code, message }) => ({ code, error: message });

export const ollamaChat: TextApi = {
  prefix: 'chat-',
  read: readOllamaChat,
  plain: ollamaChatAnswer,
  stream: createOllamaChatStream,
  frames,
  fault,
};

export const ollamaGenerate: TextApi = {
  prefix: 'generate-',
  read: readOllamaGenerate,
  plain: ollamaGenerateAnswer,
  stream: createOllamaGenerateStream,
  frames,
  fault,
};

export const ollamaEmbed: EmbeddingApi = {
  prefix: 'embed-',
  read: readOllamaEmbed,
  answer: ollamaEmbedAnswer,
  fault,
};
