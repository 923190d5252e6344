import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { breath, WORDS } from './stub-answer.ts';

/*
 * A server of OpenAI's chat that has its answer ready, in a process of its own: what gateways stand in front of.
 */

const head = { id: 'chatcmpl-stub', created: 1, model: 'stub' };
const usage = { prompt_tokens: 9, completion_tokens: WORDS.length, total_tokens: 9 + WORDS.length };
const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: WORDS.join('') }, finish_reason: 'stop' }],
  usage,
});
const models = JSON.stringify({ object: 'list', data: [{ id: 'stub', object: 'model', owned_by: 'stub' }] });
const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(models);
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { stream = false } = JSON.parse(Buffer.concat(parts).toString() || '{}') as { stream?: boolean };
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of WORDS) {
    response.write(chunk({ content }, null));
    await breath();
  }
  const told = `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage })}\n\n`;
  response.end(`${chunk({}, 'stop')}${told}data: [DONE]\n\n`);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
