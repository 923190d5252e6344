import { asking, reading, telling } from './operations.ts';
import { text } from './parts.ts';
import { ref } from './schemas.ts';

const streams = { 'application/x-ndjson': { schema: text } };
const error = 'Error';

/** Routes of Ollama's API. */
export const ollamaPaths = {
  '/api/chat': asking({
    operationId: 'ollamaChat',
    summary: "Answer a conversation, as Ollama's clients ask",
    body: ref('OllamaChatRequest'),
    whole: ref('OllamaChatAnswer'),
    streams,
    error,
  }),
  '/api/generate': asking({
    operationId: 'ollamaGenerate',
    summary: "Answer a prompt, as Ollama's clients ask",
    body: ref('OllamaGenerateRequest'),
    whole: ref('OllamaGenerateAnswer'),
    streams,
    error,
  }),
  '/api/embed': asking({
    operationId: 'ollamaEmbed',
    summary: "Embed texts, as Ollama's clients ask",
    body: ref('OllamaEmbedRequest'),
    whole: ref('OllamaEmbedAnswer'),
    error,
  }),
  '/api/tags': reading({
    operationId: 'ollamaTags',
    summary: 'Language models that are run',
    found: ref('OllamaTags'),
    error,
  }),
  '/api/show': telling({
    operationId: 'ollamaShow',
    summary: 'One model',
    body: ref('OllamaNamed'),
    whole: ref('OllamaShow'),
    error,
  }),
  '/api/ps': reading({
    operationId: 'ollamaPs',
    summary: "Language models in memory; with the operator's token, the node's loaded models and jobs",
    found: ref('OllamaPs'),
    error,
  }),
  '/api/pull': telling({
    operationId: 'ollamaPull',
    summary: "Whether a model is here; with the operator's token, fetch one",
    body: ref('OllamaNamed'),
    whole: ref('OllamaStatus'),
    error,
  }),
  '/api/version': reading({
    operationId: 'ollamaVersion',
    summary: 'Version of this program',
    found: ref('OllamaVersion'),
    error,
  }),
};
