import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import { repositoryPath, tempDir, waitFor } from '@isobit/testing';

const main = repositoryPath('apps/cli/src/main.ts');
const bin = repositoryPath('apps/cli/bin/isobit.mjs');

function start(argv: readonly string[], home: string, program = main): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...argv], {
    env: { ...process.env, ISOBIT_HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** All that a stream has said so far. */
function listen(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

test('the program that npm installs starts the command', (t) => {
  const env = { ...process.env, ISOBIT_HOME: tempDir(t) };
  assert.match(
    execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8', env }),
    /^\d+\.\d+\.\d+\n$/,
  );
});

test('the help loads no package', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      if (!/^(?:node:|file:|[./])/.test(specifier)) throw new Error('loads ' + specifier);
      return next(specifier, context);
    } });
    process.argv = [process.argv[0], 'isobit', '--help'];
    await import(${JSON.stringify(main)});`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.match(out, /isobit COMMAND/);
});

test('a reader that has seen enough is no error', async (t) => {
  const child = start(['help', '--markdown'], tempDir(t));
  const stderr = listen(child.stderr);
  child.stdout?.destroy();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.equal(stderr(), '');
});

test('Ctrl-C ends a command that waits, with 130', async (t) => {
  const child = start(['verify', '-'], tempDir(t));
  const stderr = listen(child.stderr);
  // More than a pipe holds: it drains when the command reads, and by then it listens for signals.
  child.stdin?.write(Buffer.alloc(1 << 20, ' '));
  await once(child.stdin as Writable, 'drain');
  child.kill('SIGINT');
  assert.equal((await once(child, 'exit'))[0], 130);
  assert.equal(stderr(), 'isobit verify: interrupted\n');
});

test('a node serves until Ctrl-C and then stops cleanly', async (t) => {
  const home = tempDir(t);
  const node = start(['node', '--http', '127.0.0.1:0'], home);
  t.after(() => node.kill('SIGKILL'));
  const stdout = listen(node.stdout);
  const stderr = listen(node.stderr);
  await waitFor(() => stdout().includes('Ctrl-C stops it.') || node.exitCode !== null, {
    what: 'the node to start',
    timeout: 60_000,
  });
  assert.equal(node.exitCode, null, stderr());
  const text = stdout();
  for (const line of [
    /^node +0x[0-9a-f]{40}$/m,
    /^join address +\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\w+$/m,
    /^http +http:\/\/127\.0\.0\.1:\d+$/m,
    /^page +http/m,
    /^data +\S+\/node$/m,
  ])
    assert.match(text, line);

  const list = start(['list'], home);
  const listed = listen(list.stdout);
  assert.deepEqual(
    [(await once(list, 'exit'))[0], listed()],
    [0, 'No models are known here yet. Publish one: isobit push PATH --name NAME\n'],
  );

  const second = start(
    ['node', '--http', /http:\/\/(\S+)/.exec(text)?.[1] ?? '', '--data', `${home}/second`],
    home,
  );
  const refusal = listen(second.stderr);
  assert.equal((await once(second, 'exit'))[0], 3);
  assert.match(
    refusal(),
    /^isobit node: port \d+ of 127\.0\.0\.1 is in use; free it, or choose another with --http/,
  );

  // Once by the terminal and once by npm.
  node.kill('SIGINT');
  node.kill('SIGINT');
  assert.equal((await once(node, 'exit'))[0], 0, stderr());
});
