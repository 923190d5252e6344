import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Question } from '@isobit/client';
import { repositoryPath } from '@isobit/testing';
import { claimOf } from '@isobit/verify';
import { createDevnet, createOperator, type NodeProcess, until } from '../../../src/index.ts';
import { readLog } from '../../public-log.ts';
import { image, offered } from '../../scene.ts';
import { type Namespace, Switch } from './namespaces.ts';

/*
 * Three nodes on one switch, and one of them loses its cable in the middle of its work. Run by network-cut.test.ts in
 * a network namespace of its own, from which all of them are reached. Throws, and so ends with 1, when something is
 * not as it should be; a line tells each step.
 */

const began = performance.now();
const tell = (line: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);

/** Nodes that listen on more than loopback take jobs from whom their operator knows. */
const CLIENT_KEY = 'a-key-for-the-client-of-this-test';

const dir = await mkdtemp(join(tmpdir(), 'isobit-cut-'));
await using cleanup = new AsyncDisposableStack();
cleanup.defer(() => rm(dir, { recursive: true, force: true }));
const cables = cleanup.use(new Switch());
const devnet = cleanup.use(createDevnet({ dir }));

async function addNode(price: string): Promise<{ node: NodeProcess; cable: Namespace }> {
  const cable = await cables.plugIn();
  const { address, through } = cable;
  const options = {
    price,
    listen: [`/ip4/${address}/tcp/4621`],
    http: { host: address, port: 4620 },
    keys: [CLIENT_KEY],
  };
  return { node: await devnet.add({ through, options }), cable };
}

const first = await addNode('9');
// The cheapest is asked first.
const cut = await addNode('1');
const spare = await addNode('2');
const nodes = [first, cut, spare].map(({ node }) => node);
const operator = createOperator(first.node);
const { id: model } = await operator.publishFolder(repositoryPath('models/digits'), 'digits');
await Promise.all([cut, spare].map(({ node }) => createOperator(node).replicate(model)));
const witnesses = (await Promise.all(nodes.map((node) => createOperator(node).status()))).flatMap(
  ({ witness }) => witness ?? [],
);
const client = createClient({
  baseUrl: first.node.http,
  token: first.node.token,
  trust: { witnesses, witnessThreshold: 1 },
});
const question: Question = { model, inputs: [image()], check: 'signature', witnesses: 1, deadlineMs: 60_000 };
const workers = async (): Promise<string[]> => (await client.api.workers(model)).map(({ worker }) => worker);
for (const node of nodes) await offered(client, model, node.address);
tell('three nodes on one switch know one another');

const before = await client.infer(question);
assert.equal(before.evidence.receipt.worker, cut.node.address);
assert.equal(claimOf(before.verdict, 'log').status, 'verified');

cut.cable.link('down');
tell('the cable of the cheapest worker is pulled');
const during = await Promise.all([client.infer(question), client.infer(question)]);
for (const { evidence } of during) assert.equal(evidence.receipt.worker, spare.node.address);
tell('clients were answered by another worker');
await until('the offer to expire', async () => !(await workers()).includes(cut.node.address), {
  timeoutMs: 90_000,
});
tell('its offer has expired');

cut.cable.link('up');
await until('the node to be offered again', async () => (await workers()).includes(cut.node.address), {
  timeoutMs: 90_000,
});
tell('the cable is back, and so is its offer');
assert.ok((await createOperator(cut.node).status()).signing.ok, 'it signs on');
const after = await until(
  'its log to be witnessed again',
  async () => {
    const answer = await client.infer({ ...question, routing: { worker: cut.node.address } });
    return claimOf(answer.verdict, 'log').status === 'verified' && answer;
  },
  { timeoutMs: 60_000 },
);
const log = await readLog(cut.node.http);
await log.continues(before.evidence.log?.checkpoint as string);
await log.holds(before.evidence);
await log.holds(after.evidence);
tell(`its log goes on: ${log.checkpoint.size} entries, witnessed`);
