import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@isobit/testing';

/** What its makers publish for one instance: requests a second. */
export const PUBLISHED = 475;
const DEFAULT = join(homedir(), '.cache', 'isobit', 'litellm', 'bin', 'litellm');
export const ADVICE =
  "python3 -m venv ~/.cache/isobit/litellm && ~/.cache/isobit/litellm/bin/pip install 'litellm[proxy]==1.108.7'";

export interface LiteLlm extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
}

/**
 * LiteLLM's proxy, one worker, in front of the stub upstream; `ISOBIT_LITELLM` names its program where it is not in the
 * cache folder.
 *
 * @param dir for its configuration
 * @param upstream base URL
 * @returns undefined where it is not installed
 */
export async function startLiteLlm(dir: string, upstream: string): Promise<LiteLlm | undefined> {
  const program = process.env['ISOBIT_LITELLM'] ?? DEFAULT;
  if (!existsSync(program)) return undefined;
  await using cleanup = new AsyncDisposableStack();
  const port = await freePort();
  const config = join(dir, 'litellm.yaml');
  await writeFile(
    config,
    `model_list:
  - model_name: stub
    litellm_params:
      model: openai/stub
      api_base: ${upstream}
      api_key: any
`,
  );
  const proxy = spawn(
    program,
    ['--config', config, '--host', '127.0.0.1', '--port', `${port}`, '--num_workers', '1'],
    {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: dir,
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        LITELLM_LOG: 'ERROR',
        LITELLM_MODE: 'PRODUCTION',
        // It listens on loopback alone, for as long as the suite runs: without keys it is the quicker.
        LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
      },
    },
  );
  cleanup.defer(() => ended(proxy));
  const url = `http://127.0.0.1:${port}`;
  const lives = async () => (await fetch(`${url}/health/liveliness`).catch(() => undefined))?.ok ?? false;
  await waitFor(
    async () => {
      if (proxy.exitCode !== null) throw new Error(`LiteLLM ended with ${proxy.exitCode}`);
      return lives();
    },
    { what: 'LiteLLM to answer', timeout: 120_000 },
  );
  const stack = cleanup.move();
  return { url, version: versionOf(program), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const versionOf = (program: string): string => {
  try {
    const python = join(program, '..', 'python');
    const ask = 'import importlib.metadata as m; print(m.version("litellm"))';
    return execFileSync(python, ['-c', ask], { encoding: 'utf8' }).trim();
  } catch {
    return 'of unknown version';
  }
};

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
