import { createUpstreamReply, upstreamEmbedding } from '@isobit/apis/upstream';
import { CodedError, utf8 } from '@isobit/core';
import { createEmbeddingRequest, createTextRequest, responseKind } from '@isobit/receipt';
import { createEventReader } from '../src/index.ts';
import { chunk, done, finish, usage } from './stub-server.ts';

const head = {
  model: 'bagaaieraqhjj4igaty3qmmuas7izomz5yt4iryby5bpyufabxk72xpqg254a',
  profile: 'fast',
  salt: new Uint8Array(32),
};
const texts = createEmbeddingRequest({ ...head, texts: ['a', 'b'] });
const request = createTextRequest({
  ...head,
  prompt: { messages: [{ role: 'user', content: 'a' }], now: 0, tools: [{ name: 'time' }] },
  maxTokens: 8,
});

/** What a server sends, from its bytes to a response: coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  'upstream-stream': {
    run(bytes) {
      const reader = createEventReader();
      const reply = createUpstreamReply({ request, model: 'small' });
      const half = bytes.length >> 1;
      const read = (events: readonly string[]) => {
        for (const data of events) if (data !== '[DONE]') reply.chunk(jsonOf(data));
      };
      read(reader.push(bytes.subarray(0, half)));
      read(reader.push(bytes.subarray(half)));
      read(reader.end());
      return responseKind.encode(reply.end().response);
    },
    seeds: () => [
      utf8(`${chunk({ content: 'Hel' })}${chunk({ content: 'lo' })}${finish()}${usage(3, 2)}${done}`),
      utf8(
        `${chunk({ content: 'So. ', tool_calls: [{ index: 0, function: { name: 'time', arguments: '{"a":1}' } }] })}${finish('tool_calls')}`,
      ),
      utf8(': waiting\r\n\r\ndata: {"choices":[{"delta":{"content":"\\ud83d"}}]}\r\n\r\n'),
    ],
  },
  'upstream-embedding': {
    run: (bytes) =>
      upstreamEmbedding(jsonOf(Buffer.from(bytes).toString('utf8')), { request: texts, model: 'small' }),
    seeds: () => [
      utf8('{"model":"small","data":[{"index":1,"embedding":[0.5,-2]},{"index":0,"embedding":[1e3,0]}]}'),
    ],
  },
};

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new CodedError('UPSTREAM_ANSWER', 'no JSON');
  }
}
