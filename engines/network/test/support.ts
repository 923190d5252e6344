import { cidOf, type NodeKey, nodeKey, utf8 } from '@isobit/core';
import {
  createRequest,
  createResponse,
  fast,
  type Job,
  type JobAnswer,
  type OfferBody,
  profileDigest,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { createNetwork, type Network, type NetworkOptions } from '../src/index.ts';

export const NETWORK = 'ab'.repeat(32);
export const MODEL = cidOf(utf8('a model'));

interface Ends {
  after(hook: () => Promise<void>): void;
}

/** A network on loopback, closed when the test ends. */
export async function testNetwork(t: Ends, options: Partial<NetworkOptions> = {}): Promise<Network> {
  const network = await createNetwork({
    key: nodeKey(),
    network: NETWORK,
    allowPrivate: true,
    dht: false,
    ...options,
  });
  t.after(async () => network[Symbol.asyncDispose]());
  return network;
}

/** Two connected networks: what the first offers, the second knows. */
export async function testPair(
  t: Ends,
  body: Partial<OfferBody> = {},
): Promise<{ worker: Network; client: Network }> {
  const worker = await testNetwork(t);
  worker.announce(testOffer(body));
  const client = await testNetwork(t, { join: worker.addresses() });
  await client.waitForOffer((offer) => offer.node === worker.self, { signal: AbortSignal.timeout(10_000) });
  return { worker, client };
}

export const testOffer = (body: Partial<OfferBody> = {}): OfferBody => ({
  roles: ['worker'],
  http: [],
  models: [{ id: MODEL, profiles: ['fast'], price: '0' }],
  holds: [],
  load: { running: 0, queued: 0, capacity: 1 },
  ...body,
});

/** A job of one tensor. @param bytes size of that tensor */
export const testJob = (fields: Partial<Job> = {}, bytes = 4): Job => ({
  isobit: 'job/1',
  request: createRequest({
    model: MODEL,
    profile: 'fast',
    salt: new Uint8Array(32).fill(7),
    inputs: [{ name: 'x', datatype: 'UINT8', shape: [bytes], data: new Uint8Array(bytes).fill(1) }],
  }),
  nonce: 'cd'.repeat(32),
  trace: false,
  network: NETWORK,
  deadlineMs: 20_000,
  witnesses: 0,
  ...fields,
});

/** An answer whose one output has `bytes` bytes. */
export function testAnswer(job: Job, key: NodeKey = nodeKey(), bytes = 1): JobAnswer {
  const { request } = job;
  const response = createResponse([
    { name: 'y', datatype: 'UINT8', shape: [bytes], data: new Uint8Array(bytes).fill(9) },
  ]);
  const receipt = signReceipt(
    {
      network: job.network,
      model: request.model,
      profile: profileDigest(fast),
      request: requestDigest(request),
      response: responseDigest(response, saltOf(request)),
      trace: ZERO_HASH,
      outcome: 'complete',
      time: Date.now(),
      worker: key.address,
      payment: ZERO_HASH,
      details: {
        nonce: job.nonce,
        usage: usageOf(request, response),
        engine: { name: 'test', version: '1' },
      },
    },
    key,
  );
  return { isobit: 'job-answer/1', receipt, response };
}

/** For `assert.rejects`: an error with this code. */
export const coded = (code: string) => (error: unknown) => {
  if ((error as { code?: string }).code === code) return true;
  throw new Error(`expected ${code}, got ${(error as { code?: string }).code}: ${(error as Error).message}`, {
    cause: error,
  });
};
