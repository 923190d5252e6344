import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayError } from '../src/index.ts';
import { fakeDispatcher, json } from './fake-node.ts';
import { hello, says, tellerOf, telling } from './fake-teller.ts';

/* Bodies that no API reads, through the routes of each. Of those of one API, its own tests. */

const SECRET = 'xyzzy-7f3a';

interface Told {
  readonly status: number;
  readonly code: string;
  readonly text: string;
}

/** What each API says of an error, and that it says it in its own shape. */
const APIS: readonly (readonly [path: string, codeOf: (body: unknown) => string])[] = [
  ['/v1/chat/completions', openAi],
  ['/v1/completions', openAi],
  ['/v1/responses', openAi],
  ['/v1/messages', anthropic],
  ['/api/chat', (body) => (body as { code: string; error: string }).code],
];

function openAi(body: unknown): string {
  const { error } = body as { error: { message: string; type: string; code: string } };
  assert.equal(typeof error.type, 'string');
  return error.code === 'rate_limit_exceeded' ? 'JOB_BUSY' : error.code;
}

function anthropic(body: unknown): string {
  const { type, error } = body as { type: string; error: { message: string } };
  assert.equal(type, 'error');
  // The API has no code: it closes the sentence.
  return /\(([A-Z_]+)\)$/.exec(error.message)?.[1] ?? '';
}

async function told(answer: Response, codeOf: (body: unknown) => string): Promise<Told> {
  const text = await answer.text();
  return { status: answer.status, code: codeOf(JSON.parse(text)), text };
}

const streamed = (body: ReadableStream<Uint8Array>): RequestInit =>
  ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  }) as RequestInit;

for (const [path, codeOf] of APIS) {
  test(`${path}: a body that stops, and one that drips for ever, are given up in time`, async () => {
    const dispatcher = telling([says('Hi')]);
    const stops = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(Uint8Array.of(0x7b)) });
    const idle = tellerOf(dispatcher, { limits: { bodyIdleMs: 20 } });
    const first = await told(await idle.request(path, streamed(stops)), codeOf);
    assert.deepEqual([first.status, first.code], [408, 'BODY_TIMEOUT']);
    let dripped = 0;
    const drips = new ReadableStream<Uint8Array>({
      async pull(controller) {
        dripped++;
        await new Promise((resolve) => setImmediate(resolve));
        controller.enqueue(Uint8Array.of(0x20));
      },
    });
    const total = tellerOf(dispatcher, { limits: { bodyTotalMs: 50 } });
    const second = await told(await total.request(path, streamed(drips)), codeOf);
    assert.deepEqual([second.status, second.code], [408, 'BODY_TIMEOUT']);
    assert.ok(dripped > 0);
    assert.equal(dispatcher.seen.length, 0);
  });

  test(`${path}: what is no body is refused, and nothing of it is repeated or reported`, async () => {
    const reports: unknown[] = [];
    const dispatcher = telling([says('Hi')]);
    const app = tellerOf(dispatcher, { report: (error) => reports.push(error) });
    const deep = `${'['.repeat(40)}"${SECRET}"${']'.repeat(40)}`;
    for (const body of [
      '',
      `{"model":"teller","${SECRET}`,
      `"${SECRET}"`,
      `[{"model":"${SECRET}"}]`,
      `{"model":"teller","model":"${SECRET}"}`,
      `{"model":"teller","messages":"${SECRET}","prompt":{"a":"${SECRET}"},"input":7,"max_tokens":9}`,
      `{"model":"teller","messages":[{"role":"user","content":{"${SECRET}":1}}],"prompt":7,"input":[{"${SECRET}":1}],"max_tokens":9}`,
      `{"model":"teller","messages":${deep},"prompt":${deep},"input":${deep},"max_tokens":9}`,
      `{"model":"teller","prompt":"${SECRET}\\ud800","input":"${SECRET}\\ud800","messages":[{"role":"user","content":"${SECRET}\\ud800"}],"max_tokens":9}`,
    ]) {
      const { status, code, text } = await told(await app.request(path, json(body)), codeOf);
      assert.equal(status, 400, body);
      assert.match(code, /^API_(MALFORMED|UNSUPPORTED|VALUE)$/, body);
      // Names of members are the API's own, and those that it does not know; what they hold is the asker's.
      if (!body.includes(`"${SECRET}":`)) assert.doesNotMatch(text, new RegExp(SECRET), body);
    }
    assert.deepEqual([dispatcher.seen.length, reports.length], [0, 0]);
  });

  test(`${path}: workers that are all busy are 429, and when to come back is said`, async () => {
    const busy = fakeDispatcher(() =>
      Promise.reject(gatewayError('JOB_BUSY', 'every worker is busy', { retryAfterMs: 2_400 })),
    );
    const body = {
      ...hello,
      prompt: undefined,
      stream: false,
      ...(path.startsWith('/api') ? {} : { max_tokens: 9 }),
    };
    const bodies: Record<string, object> = {
      '/v1/completions': { model: 'teller', prompt: 'Hi' },
      '/v1/responses': { model: 'teller', input: 'Hi' },
    };
    const answer = await tellerOf(busy).request(path, json(bodies[path] ?? body));
    assert.equal(answer.headers.get('retry-after'), '3');
    const { status, code } = await told(answer, codeOf);
    assert.deepEqual([status, code], [429, 'JOB_BUSY']);
  });
}
