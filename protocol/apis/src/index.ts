export { callGrammar } from './calls/call-grammar.ts';
export { callId } from './calls/call-id.ts';
export { type CallsRead, readCalls, type WrittenCall } from './calls/read-calls.ts';
export { createShownText, type ShownText } from './calls/shown-text.ts';
export { answerId } from './common/answer-id.ts';
export type { ClientChoice } from './common/client-choice.ts';
export { decodeBody } from './common/decode-body.ts';
export { systemFingerprint } from './common/fingerprint.ts';
export { type ReceiptMember, receiptMember } from './common/receipt-member.ts';
export { type RequestOfAskOptions, requestOfAsk, type TextAsk } from './common/text-ask.ts';
export * from './errors.ts';
export { type AnswerHead, type AnswerOptions, chatAnswer } from './openai/chat-answer.ts';
export { type ChatAsk, readChatBody } from './openai/chat-body.ts';
export { type AnswerStream, createChatStream, type StreamOptions } from './openai/chat-stream.ts';
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
