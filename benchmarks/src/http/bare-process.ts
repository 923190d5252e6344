import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The peer, in a process of its own. */
export interface BareServer extends AsyncDisposable {
  readonly url: string;
}

/** @param model absolute path of the ONNX file that it answers with */
export async function startBareServer(model: string): Promise<BareServer> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [model], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [url] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`the bare server ended with ${code}`);
    }),
  ])) as [string];
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
}
