import { createNode, defaultOptions, type JobHandler } from '@isobit/node';
import { serveDirect } from './direct-server.ts';
import { noReceipts } from './no-receipts.ts';
import type { NodeKind } from './spawned.ts';
import { stubRuntime } from './stub-runtime.ts';

/*
 * A node of the gateway suite. Arguments: its data folder, and a `NodeKind` as JSON. It says where it is, and then its memory whenever it is asked.
 */

const [dataDir = '', kind = '{}'] = process.argv.slice(2);
const { stub, bare, upstream } = JSON.parse(kind) as NodeKind;
let handler: JobHandler | undefined;
const node = await createNode(
  {
    ...defaultOptions(dataDir),
    http: { host: '127.0.0.1', port: 0 },
    ...(upstream ? { upstream: { url: upstream, models: [] } } : {}),
  },
  {
    decorate: {
      ...(stub ? { runtime: stubRuntime } : {}),
      ...(bare ? { committer: noReceipts } : {}),
      jobs(made) {
        handler = made;
        return made;
      },
    },
  },
);
const direct = await serveDirect(handler as JobHandler);
process.send?.({ url: node.httpUrl, direct, token: node.operatorToken });
process.on('message', () => {
  globalThis.gc?.();
  process.send?.({ rss: process.memoryUsage.rss() });
});
process.once('disconnect', () => void node[Symbol.asyncDispose]().then(() => process.exit(0)));
