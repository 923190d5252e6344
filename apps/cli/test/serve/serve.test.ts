import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryPath, tempDir, waitFor } from '@isobit/testing';

/** `isobit ARGS` in a process of its own, and what it said. */
function start(home: string, args: readonly string[], cwd: string) {
  const main = repositoryPath('apps/cli/src/main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd,
    env: { ...process.env, ISOBIT_HOME: home },
  });
  const said = (stream: ChildProcess['stdout']): (() => string) => {
    let text = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return () => text;
  };
  return { child, stdout: said(child.stdout), stderr: said(child.stderr) };
}

const ended = async ({ child }: { child: ChildProcess }): Promise<unknown> =>
  child.exitCode ?? (await once(child, 'exit'))[0];

test('a file is served to any client of the API with one command, and each start publishes it no second time', async (t) => {
  const dir = tempDir(t);
  copyFileSync(repositoryPath('models/storyteller/storyteller-q8_0.gguf'), join(dir, 'Story.gguf'));
  for (const turn of [1, 2]) {
    const serving = start(join(dir, 'home'), ['serve', 'Story.gguf', '--http', '127.0.0.1:0'], dir);
    t.after(() => serving.child.kill('SIGKILL'));
    await waitFor(() => serving.stdout().includes('Ctrl-C stops it.') || serving.child.exitCode !== null, {
      what: 'the model to be served',
      timeout: 60_000,
    });
    assert.equal(serving.child.exitCode, null, serving.stderr());
    const base = /OpenAI's API at (http:\/\/127\.0\.0\.1:\d+\/v1)/.exec(serving.stdout())?.[1] ?? '';
    assert.match(serving.stdout(), /^ {2}story +Storyteller$/m);

    // The command that it prints, as a shell would run it.
    const body = /-d '(\{.*\})'$/m.exec(serving.stdout())?.[1] ?? '';
    const answer = await fetch(`${base}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const said = (await answer.json()) as {
      model: string;
      choices: { message: { content: string } }[];
      isobit: { receipt: string };
    };
    assert.equal(said.model, 'story:1', `start ${turn}`);
    assert.ok((said.choices[0]?.message.content.length ?? 0) > 10);

    if (turn === 2) {
      const evidence = /^ {2}isobit verify (\S+\/)RECEIPT$/m.exec(serving.stdout())?.[1];
      const verify = start(join(dir, 'home'), ['verify', `${evidence}${said.isobit.receipt}`], dir);
      assert.equal(await ended(verify), 0, verify.stderr());
      assert.match(verify.stdout(), /execution +verified +replay/);

      const second = start(join(dir, 'home'), ['serve', 'story'], dir);
      assert.equal(await ended(second), 0, second.stderr());
      assert.ok(second.stdout().includes(base));
      assert.match(second.stderr(), /the node that runs already \(process \d+\) serves them/);
    }
    serving.child.kill('SIGINT');
    assert.equal(await ended(serving), 0, serving.stderr());
  }
});

test('what can not be served is said at once', async (t) => {
  const dir = tempDir(t);
  const http = ['--http', '127.0.0.1:0'];
  const unknown = start(join(dir, 'a'), ['serve', 'nobody', ...http], dir);
  assert.equal(await ended(unknown), 2);
  assert.match(unknown.stderr(), /no model "nobody" is known here/);
  const tensors = start(
    join(dir, 'b'),
    ['serve', repositoryPath('models/volatility/model.onnx'), ...http],
    dir,
  );
  assert.equal(await ended(tensors), 2);
  assert.match(tensors.stderr(), /takes tensors: it is no model for clients of text/);
  const away = start(join(dir, 'd'), ['serve', '--upstream', 'http://127.0.0.1:1/v1', ...http], dir);
  assert.equal(await ended(away), 3);
  assert.match(
    away.stderr(),
    /http:\/\/127\.0\.0\.1:1\/v1 gives no list of models: .* cannot be reached.*; is it running\?/,
  );
  const off = start(join(dir, 'c'), ['serve', '--http', 'off'], dir);
  assert.equal(await ended(off), 2);
});

test('the models of a server on this machine are served, and not by a node that knows nothing of it', async (t) => {
  const dir = tempDir(t);
  const told = ['{"choices":[{"delta":{"content":"Hello."},"finish_reason":"stop"}]}', '[DONE]'];
  const upstream = createServer((request, answer) => {
    request.resume();
    if (request.url === '/v1/models') return answer.end('{"data":[{"id":"tiny:1b"},{"id":"tiny:3b"}]}');
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    return answer.end(told.map((data) => `data: ${data}\n\n`).join(''));
  }).listen(0, '127.0.0.1');
  t.after(() => upstream.close());
  await once(upstream, 'listening');
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  const home = join(dir, 'home');
  const serving = start(home, ['serve', '--upstream', url, '--http', '127.0.0.1:0'], dir);
  t.after(() => serving.child.kill('SIGKILL'));
  await waitFor(() => serving.stdout().includes('Ctrl-C stops it.') || serving.child.exitCode !== null, {
    what: 'the models to be served',
    timeout: 60_000,
  });
  assert.match(
    serving.stdout(),
    /^ {2}tiny:1b +tiny:1b +of the upstream: attributed, not checked$/m,
    serving.stderr(),
  );
  const base = /OpenAI's API at (http:\/\/127\.0\.0\.1:\d+\/v1)/.exec(serving.stdout())?.[1] ?? '';
  const body = /-d '(\{.*\})'$/m.exec(serving.stdout())?.[1] ?? '';
  const answer = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const said = (await answer.json()) as { choices: { message: { content: string } }[] };
  assert.equal(said.choices[0]?.message.content, 'Hello.');
  const second = start(home, ['serve', '--upstream', 'http://127.0.0.1:1/v1'], dir);
  assert.equal(await ended(second), 2);
  assert.match(second.stderr(), /was started without this upstream/);
  serving.child.kill('SIGINT');
  assert.equal(await ended(serving), 0, serving.stderr());
});
