export { type AskedServer, type UpstreamBody, upstreamBody } from './upstream-body.ts';
export {
  type UpstreamEmbeddingOptions,
  upstreamEmbedding,
  upstreamEmbeddingBody,
} from './upstream-embedding.ts';
export { createUpstreamReply, type UpstreamReply, type UpstreamReplyOptions } from './upstream-reply.ts';
