import {
  canonicalText,
  checksumAddress,
  fromHex,
  isCoded,
  nodeKey,
  personalDigest,
  recoverPersonal,
  sha256,
  signPersonal,
  toHex,
  utf8,
} from '@isobit/core';
import {
  type ChatTool,
  createEmbeddingRequest,
  ofKind,
  requestKind,
  responseKind,
  type TextPiece,
  type TextResponse,
} from '@isobit/receipt';
import {
  type AnswerHead,
  type AnswerOptions,
  type AnswerStream,
  anthropicError,
  callGrammar,
  callId,
  chatAnswer,
  completionAnswer,
  continuedAsk,
  createChatStream,
  createCompletionStream,
  createMessageStream,
  createOllamaChatStream,
  createOllamaGenerateStream,
  createResponsesStream,
  createShownText,
  decodeBody,
  type EmbeddingAnswerOptions,
  type EmbeddingAsk,
  embeddingAnswer,
  exchangeText,
  messageAnswer,
  ollamaChatAnswer,
  ollamaEmbedAnswer,
  ollamaGenerateAnswer,
  openAiError,
  type ReceiptMember,
  readCalls,
  readChatBody,
  readCompletionBody,
  readCountBody,
  readEmbeddingBody,
  readMessageBody,
  readOllamaChat,
  readOllamaEmbed,
  readOllamaGenerate,
  readResponsesBody,
  requestOfAsk,
  requestOfEmbedding,
  responsesAnswer,
  type StreamOptions,
  systemFingerprint,
  type TextAsk,
} from '../../src/index.ts';
import {
  type AskedServer,
  createUpstreamReply,
  upstreamBody,
  upstreamEmbedding,
  upstreamEmbeddingBody,
} from '../../src/upstream/index.ts';
import { MODEL, NOW, SALT, type Vector } from './vector.ts';

/** Undefined where it gives nothing. */
type Operation = (vector: Vector) => Record<string, unknown> | undefined;

const parsed = (vector: Vector): unknown => decodeBody(utf8(vector.text ?? ''));

const asked = (vector: Vector) => ({
  model: MODEL,
  profile: String(vector['profile'] ?? 'llm-exact-1'),
  salt: fromHex(SALT),
  now: NOW,
});

const requestOf = (vector: Vector, ask: TextAsk) => requestOfAsk({ ask, ...asked(vector) });

const responseOf = (vector: Vector): TextResponse =>
  ofKind(responseKind.decode(utf8(String(vector['response']))), 'text');

const rest = (vector: Vector) => ({
  head: vector['head'] as AnswerHead,
  receipt: vector['receipt'] as ReceiptMember,
});

const textRequest =
  (read: (json: unknown) => TextAsk & { includeUsage?: boolean }): Operation =>
  (vector) => {
    const ask = read(parsed(vector));
    const { model, stream, includeUsage, offered } = ask;
    const usage = includeUsage === undefined ? {} : { includeUsage };
    return { model, stream, ...usage, offered, request: canonicalText(requestOf(vector, ask)) };
  };

function chunksOf(stream: AnswerStream, vector: Vector): string[] {
  const chunks = stream.begin();
  for (const piece of vector['pieces'] as TextPiece[]) chunks.push(...stream.piece(piece));
  chunks.push(...stream.end(responseOf(vector), rest(vector).receipt));
  return chunks.map((chunk) => JSON.stringify(chunk));
}

type Read<Ask> = (json: unknown) => Ask;

const answerOf =
  <Ask extends TextAsk>(read: Read<Ask>, make: (options: AnswerOptions<Ask>) => object): Operation =>
  (vector) => {
    const ask = read(parsed(vector));
    const answer = { ask, request: requestOf(vector, ask), response: responseOf(vector), ...rest(vector) };
    return { json: JSON.stringify(make(answer)) };
  };

const streamOf =
  <Ask extends TextAsk>(read: Read<Ask>, make: (options: StreamOptions<Ask>) => AnswerStream): Operation =>
  (vector) => {
    const ask = read(parsed(vector));
    return { chunks: chunksOf(make({ ask, request: requestOf(vector, ask), ...rest(vector) }), vector) };
  };

const embeddingRequest =
  (read: Read<EmbeddingAsk>): Operation =>
  (vector) => {
    const ask = read(parsed(vector));
    const request = canonicalText(requestOfEmbedding({ ask, ...asked(vector) }));
    return { model: ask.model, format: ask.format, request };
  };

const embeddingOf =
  (read: Read<EmbeddingAsk>, make: (options: EmbeddingAnswerOptions) => object): Operation =>
  (vector) => {
    const response = ofKind(responseKind.decode(utf8(String(vector['response']))), 'tensors');
    return { json: JSON.stringify(make({ ask: read(parsed(vector)), response, ...rest(vector) })) };
  };

/** What each kind of vector of specs/apis.md and of the APIs' pages does. */
/** A request of a vector, as far as it states it. */
const textRequestOf = (vector: Vector) =>
  ofKind(
    requestKind.parse({
      isobit: 'request/1',
      kind: 'text',
      model: MODEL,
      profile: 'fast',
      salt: SALT,
      maxTokens: 16,
      ...(vector['request'] as object),
    }),
    'text',
  );

function upstreamAnswer(vector: Vector): Record<string, unknown> {
  const reply = createUpstreamReply({ request: textRequestOf(vector), model: String(vector['model']) });
  const told = (vector['chunks'] as unknown[]).flatMap((chunk) => reply.chunk(chunk));
  const { pieces, response } = reply.end();
  const words = [...told, ...pieces].map(({ choice, text }) => [choice, text]);
  return { response: canonicalText(response), pieces: words };
}

export const operations: Readonly<Record<string, Operation>> = {
  'chat-request': textRequest(readChatBody),
  'completion-request': textRequest(readCompletionBody),
  'embedding-request': embeddingRequest(readEmbeddingBody),
  'chat-answer': answerOf(readChatBody, chatAnswer),
  'completion-answer': answerOf(readCompletionBody, completionAnswer),
  'embedding-answer': embeddingOf(readEmbeddingBody, embeddingAnswer),
  'ollama-chat': textRequest(readOllamaChat),
  'ollama-generate': textRequest(readOllamaGenerate),
  'ollama-embed': embeddingRequest(readOllamaEmbed),
  'ollama-chat-answer': answerOf(readOllamaChat, ollamaChatAnswer),
  'ollama-generate-answer': answerOf(readOllamaGenerate, ollamaGenerateAnswer),
  'ollama-embed-answer': embeddingOf(readOllamaEmbed, ollamaEmbedAnswer),
  'ollama-chat-stream': streamOf(readOllamaChat, createOllamaChatStream),
  'ollama-generate-stream': streamOf(readOllamaGenerate, createOllamaGenerateStream),
  'chat-stream': streamOf(readChatBody, createChatStream),
  'completion-stream': streamOf(readCompletionBody, createCompletionStream),
  'anthropic-request': textRequest(readMessageBody),
  'anthropic-count': textRequest(readCountBody),
  'anthropic-answer': answerOf(readMessageBody, messageAnswer),
  'anthropic-stream': streamOf(readMessageBody, createMessageStream),
  'anthropic-error': ({ code, message, status }) => ({
    json: JSON.stringify(anthropicError({ code: String(code), message: String(message) }, Number(status))),
  }),
  'responses-request': (vector) => {
    const { store, previous, instructions } = readResponsesBody(parsed(vector));
    const rest = { store, instructions, ...(previous === undefined ? {} : { previous }) };
    return { ...textRequest(readResponsesBody)(vector), ...rest };
  },
  'responses-continued': (vector) => {
    const before = vector['before'] as Vector;
    const asked = readResponsesBody(parsed(before));
    const { instructions } = asked;
    const turn = { instructions, request: requestOf(before, asked), response: responseOf(before) };
    const ask = continuedAsk(readResponsesBody(parsed(vector)), turn);
    return { request: canonicalText(requestOf(vector, ask)) };
  },
  'responses-answer': answerOf(readResponsesBody, responsesAnswer),
  'responses-stream': streamOf(readResponsesBody, createResponsesStream),
  'openai-error': ({ code, message, param, status }) => ({
    json: JSON.stringify(
      openAiError(
        {
          code: String(code),
          message: String(message),
          ...(param === undefined ? {} : { param: String(param) }),
        },
        Number(status),
      ),
    ),
  }),
  exchange({ secret, model, request, response }) {
    const key = nodeKey(fromHex(String(secret)));
    const hash = (body: unknown): string => toHex(sha256(utf8(String(body))));
    const text = exchangeText({ model: String(model), request: hash(request), response: hash(response) });
    const signed = toHex(personalDigest(text));
    return { text, signed, signature: signPersonal(key, text), address: checksumAddress(key.address) };
  },
  'exchange-signer': ({ text = '', signature }) => {
    const address = recoverPersonal(text, String(signature));
    return address === undefined ? undefined : { address };
  },
  calls({ text = '', offered }) {
    const { content, calls } = readCalls(text, offered as string[]);
    return { content, calls, shown: createShownText((offered as string[]).length > 0).add(text) };
  },
  'call-grammar': ({ tools, answer }) => ({ grammar: callGrammar(tools as ChatTool[], answer) }),
  'call-id': ({ salt, choice, index }) => ({ id: callId(String(salt), Number(choice), Number(index)) }),
  'upstream-body': (vector) => {
    const { path, body } = upstreamBody(textRequestOf(vector), vector['server'] as AskedServer);
    return { path, body: JSON.stringify(body) };
  },
  'upstream-answer': upstreamAnswer,
  'upstream-embedding': (vector) => {
    const texts = vector['texts'] as string[];
    const request = createEmbeddingRequest({ model: MODEL, profile: 'fast', salt: fromHex(SALT), texts });
    const model = String(vector['model']);
    const response = upstreamEmbedding(JSON.parse(String(vector['json'])), { request, model });
    const { body } = upstreamEmbeddingBody(request, { model, kind: 'vllm' });
    return { body: JSON.stringify(body), response: canonicalText(response) };
  },
  fingerprint: ({ manifest, profile }) => ({
    fingerprint: systemFingerprint(manifest as Parameters<typeof systemFingerprint>[0], String(profile)),
  }),
};

/** The code with which a vector is refused, `none` where it gives nothing; undefined where it is accepted. */
export function refusal(vector: Vector): string | undefined {
  try {
    return operations[vector.kind]?.(vector) ? undefined : 'none';
  } catch (error) {
    if (isCoded(error)) return error.code;
    throw error;
  }
}
