import { createNode, defaultOptions, type JobHandler } from '@isobit/node';
import { serveDirect } from './direct-server.ts';
import { noReceipts } from './no-receipts.ts';
import { stubRuntime } from './stub-runtime.ts';

/*
 * A node of the gateway suite. Arguments: its data folder; `stub` for an engine that has its answer ready; `bare` for no
 * receipts besides. It says where it is, and then its memory whenever it is asked.
 */

const [dataDir = '', ...how] = process.argv.slice(2);
let handler: JobHandler | undefined;
const node = await createNode(
  { ...defaultOptions(dataDir), http: { host: '127.0.0.1', port: 0 } },
  {
    decorate: {
      ...(how.includes('stub') ? { runtime: stubRuntime } : {}),
      ...(how.includes('bare') ? { committer: noReceipts } : {}),
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
