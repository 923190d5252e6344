import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from '@isobit/testing';
import type { Figure, SuiteOptions } from './figure.ts';
import { checkFigures } from './gateway/checks.ts';
import { addedFigures, throughputFigures } from './gateway/cost.ts';
import { startLiteLlm } from './gateway/litellm.ts';
import { memoryFigures } from './gateway/memory.ts';
import { spawnGatewayNode, startStubUpstream } from './gateway/spawned.ts';

/**
 * The gateway before a worker that has its answer ready: what it adds to it, and what it holds. Before a server that has
 * its answer ready: what it does in a second. Then with the model that is shipped, at each level of the client's check.
 */
export async function gatewaySuite(options: SuiteOptions): Promise<Figure[]> {
  await using cleanup = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'isobit-bench-gateway-'));
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  const storyteller = new Uint8Array(
    await readFile(repositoryPath('models/storyteller/storyteller-q8_0.gguf')),
  );
  const figures: Figure[] = [];
  {
    await using node = await spawnGatewayNode(join(dir, 'stub'), { stub: true });
    const model = await node.publish('storyteller', storyteller);
    figures.push(...(await addedFigures({ node, model }, options)));
  }
  {
    await using upstream = await startStubUpstream();
    const { url } = upstream;
    await using node = await spawnGatewayNode(join(dir, 'front'), { upstream: url });
    await using bare = await spawnGatewayNode(join(dir, 'bare'), { upstream: url, bare: true });
    await using liteLlm = await startLiteLlm(dir, url);
    figures.push(...(await throughputFigures({ node, bare, liteLlm }, options)));
  }
  {
    await using node = await spawnGatewayNode(join(dir, 'held'), { stub: true });
    const model = await node.publish('storyteller', storyteller);
    figures.push(...(await memoryFigures(node, model, options)));
  }
  await using node = await spawnGatewayNode(join(dir, 'real'));
  await node.publish('storyteller', storyteller);
  return [...figures, ...(await checkFigures(node, options))];
}
