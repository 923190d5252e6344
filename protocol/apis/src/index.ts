export { anthropicCount, anthropicMessages } from './anthropic/api.ts';
export { anthropicError } from './anthropic/error-body.ts';
export { countAnswer, messageAnswer } from './anthropic/message-answer.ts';
export { readCountBody, readMessageBody } from './anthropic/message-body.ts';
export { createMessageStream } from './anthropic/message-stream.ts';
export { callGrammar } from './calls/call-grammar.ts';
export { callId } from './calls/call-id.ts';
export { type CallsRead, readCalls, type WrittenCall } from './calls/read-calls.ts';
export { createShownText, type ShownText } from './calls/shown-text.ts';
export type { AnswerHead, AnswerOptions, AnswerStream, StreamOptions } from './common/answer.ts';
export { answerId } from './common/answer-id.ts';
export type { EmbeddingApi, Fault, Frames, TextApi, Turn, TurnNote, Turns } from './common/api.ts';
export type { ClientChoice } from './common/client-choice.ts';
export { decodeBody } from './common/decode-body.ts';
export {
  type ClientDemands,
  type DemandedCheck,
  demandedChecks,
  demandHeaders,
  priceOf,
  profileAsked,
  readDemands,
  wantsExact,
} from './common/demands.ts';
export { type ExchangeBytes, exchangeText } from './common/exchange-text.ts';
export { systemFingerprint } from './common/fingerprint.ts';
export { Members } from './common/members.ts';
export { type ReceiptMember, receiptMember } from './common/receipt-member.ts';
export { type RequestOfAskOptions, requestOfAsk, type TextAsk } from './common/text-ask.ts';
export * from './errors.ts';
export {
  createOllamaChatStream,
  createOllamaGenerateStream,
  ollamaChatAnswer,
  ollamaGenerateAnswer,
} from './ollama/answers.ts';
export { ollamaChat, ollamaEmbed, ollamaGenerate } from './ollama/api.ts';
export { modelOf, readOllamaChat, readOllamaGenerate } from './ollama/bodies.ts';
export { ollamaEmbedAnswer, readOllamaEmbed } from './ollama/embed.ts';
export { openAiChat, openAiCompletion, openAiEmbedding } from './openai/api.ts';
export { chatAnswer } from './openai/chat-answer.ts';
export { type ChatAsk, readChatBody } from './openai/chat-body.ts';
export { createChatStream } from './openai/chat-stream.ts';
export { completionAnswer, createCompletionStream } from './openai/completion-answer.ts';
export { type CompletionAsk, readCompletionBody } from './openai/completion-body.ts';
export {
  type EmbeddingAnswerOptions,
  type EmbeddingAsk,
  embeddingAnswer,
  readEmbeddingBody,
  requestOfEmbedding,
} from './openai/embedding.ts';
export { openAiError } from './openai/error-body.ts';
export { openAiResponses } from './responses/api.ts';
export { type ResponsesAsk, readResponsesBody } from './responses/body.ts';
export { responsesAnswer } from './responses/responses-answer.ts';
export { createResponsesStream } from './responses/responses-stream.ts';
export { continuedAsk } from './responses/turns.ts';
