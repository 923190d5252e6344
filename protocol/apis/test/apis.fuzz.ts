import { fromHex, fromUtf8, utf8 } from '@isobit/core';
import { requestDigest } from '@isobit/receipt';
import {
  createShownText,
  decodeBody,
  readCalls,
  readChatBody,
  readCompletionBody,
  readEmbeddingBody,
  readMessageBody,
  readOllamaChat,
  readOllamaGenerate,
  readResponsesBody,
  requestOfAsk,
  requestOfEmbedding,
  type TextAsk,
} from '../src/index.ts';
import { anthropic } from './vectors/anthropic.ts';
import { chatRequests } from './vectors/chat-requests.ts';
import { completions } from './vectors/completions.ts';
import { ollama } from './vectors/ollama.ts';
import { responses } from './vectors/responses.ts';
import { MODEL, NOW, SALT, type Vector } from './vectors/vector.ts';

const head = { model: MODEL, profile: 'llm-exact-1', salt: fromHex(SALT), now: NOW };

/** What was read becomes a request that has a digest. */
const asked = (ask: TextAsk): string => requestDigest(requestOfAsk({ ask, ...head }));

const seedsOf = (vectors: Readonly<Record<string, Vector>>, kind: string): Uint8Array[] =>
  Object.values(vectors)
    .filter((vector) => vector.kind === kind)
    .map(({ text = '' }) => utf8(text));

const offered = ['time'];

/** The readers of what clients and models write: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  'openai-chat': {
    run: (bytes) => asked(readChatBody(decodeBody(bytes))),
    seeds: () => seedsOf(chatRequests.valid, 'chat-request'),
  },
  'openai-responses': {
    run: (bytes) => asked(readResponsesBody(decodeBody(bytes))),
    seeds: () => seedsOf(responses.valid, 'responses-request'),
  },
  'anthropic-message': {
    run: (bytes) => asked(readMessageBody(decodeBody(bytes))),
    seeds: () => seedsOf(anthropic.valid, 'anthropic-request'),
  },
  'ollama-chat': {
    run: (bytes) => asked(readOllamaChat(decodeBody(bytes))),
    seeds: () => seedsOf(ollama.valid, 'ollama-chat'),
  },
  'ollama-generate': {
    run: (bytes) => asked(readOllamaGenerate(decodeBody(bytes))),
    seeds: () => seedsOf(ollama.valid, 'ollama-generate'),
  },
  'openai-completion': {
    run: (bytes) => asked(readCompletionBody(decodeBody(bytes))),
    seeds: () => seedsOf(completions.valid, 'completion-request'),
  },
  'openai-embedding': {
    run: (bytes) => requestDigest(requestOfEmbedding({ ask: readEmbeddingBody(decodeBody(bytes)), ...head })),
    seeds: () => seedsOf(completions.valid, 'embedding-request'),
  },
  'tool-calls': {
    run(bytes) {
      const text = fromUtf8(bytes.map((byte) => byte & 0x7f));
      const { content, calls } = readCalls(text, offered);
      for (const call of calls) JSON.parse(call.arguments);
      const shown = createShownText(true);
      if (!content.startsWith(shown.add(text.slice(0, 7)) + shown.add(text.slice(7))))
        throw new Error('more was shown than the answer says');
    },
    seeds: () => [
      utf8('{"name":"time","arguments":{"a":[1,"\\"}"]}}'),
      utf8('So. <tool_call>{"name":"time","parameters":{}}</tool_call>'),
      utf8('[TOOL_CALLS][{"name":"time","arguments":{}}]'),
    ],
  },
};
