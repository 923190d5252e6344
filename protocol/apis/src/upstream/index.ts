export { type AskedServer, type UpstreamBody, upstreamBody } from './upstream-body.ts';
export { createUpstreamReply, type UpstreamReply, type UpstreamReplyOptions } from './upstream-reply.ts';
