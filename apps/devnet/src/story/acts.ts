import { readFile } from 'node:fs/promises';
import { type Answer, AnswerError, type Client, type ResolvedModel } from '@isobit/client';
import { fromHex } from '@isobit/core';
import {
  decodeInfer,
  onnxExact,
  receiptDigest,
  requestFromInfer,
  requestTensors,
  type Tensor,
} from '@isobit/receipt';
import { claimOf, type Difference, placeOf, sidesOf } from '@isobit/verify';
import { devnetError } from '../errors.ts';
import type { Devnet } from '../network.ts';
import { createOperator } from '../operator.ts';
import type { FreshReplayer } from '../replayer.ts';
import { until } from '../until.ts';
import { bytesText, shortId, topClass } from './texts.ts';

/** What the acts of the story share. */
export interface Play {
  readonly client: Client;
  readonly replayer: FreshReplayer;
  readonly model: ResolvedModel;
  readonly inputs: readonly Tensor[];
  readonly tell: (line: string, detail?: string) => void;
  readonly signal: AbortSignal;
}

/** Asks one worker, with a trace and a witness, and checks only what needs no run. */
export async function askHonestWorker(
  { client, model, inputs, tell, signal }: Play,
  worker: string,
): Promise<Answer> {
  await offered({ client, model, signal }, worker);
  const answer = await client.infer({
    model,
    inputs,
    check: 'signature',
    trace: true,
    witnesses: 1,
    routing: { worker },
    signal,
  });
  const log = claimOf(answer.verdict, 'log')
    .detail.replace(/isobit\.org\/log\/\S+,/, 'its log,')
    .replace(/isobit\.org\/witness\/(\S+)/g, (_, witness: string) => shortId(witness));
  tell(
    `a client asked node 2 what digit a picture shows: ${topClass(answer.outputs[0])}`,
    `receipt ${shortId(receiptDigest(answer.evidence.receipt))}, signed, ${log}`,
  );
  return answer;
}

/** The client fetches engine and model and runs the request itself. @throws AnswerError unless every bit is the same */
export async function runAgain(
  { client, replayer, tell, signal }: Play,
  { evidence }: Answer,
): Promise<void> {
  const verdict = await client.verify(evidence, { check: 'replay', signal });
  const execution = claimOf(verdict, 'execution');
  if (execution.status !== 'verified')
    throw new AnswerError('ANSWER_UNCHECKED', execution.detail, evidence, verdict);
  const { engineBytes, modelBytes } = replayer.fetched();
  tell(
    'the client, which had neither, fetched engine and model by digest and ran it again: every bit is the same',
    `engine ${bytesText(engineBytes)}, model ${bytesText(modelBytes)}`,
  );
}

/**
 * A lying worker joins, is asked the same, and is refused; the node keeps the evidence for its page. Then the liar
 * leaves, so that nobody else is sent to it.
 *
 * @returns digest of the lie's receipt
 * @throws CodedError `LIE_BELIEVED`
 */
export async function catchLiar(play: Play, devnet: Devnet): Promise<string> {
  const { client, model, inputs, tell, signal } = play;
  const liar = await devnet.add({ name: 'liar', fault: { kind: 'lie' } });
  const operator = createOperator(liar);
  await operator.pull(model.id);
  await offered(play, liar.address);
  tell(
    'a worker joins that lies: it changes its answers and signs them all the same',
    `liar    ${liar.address}  ${liar.http}`,
  );
  const routing = { worker: liar.address };
  const refused = await refusal(
    client.infer({ model, inputs, check: 'replay', trace: true, witnesses: 1, routing, signal }),
  );
  const { difference, operator: at } = claimOf(refused.verdict, 'execution');
  tell(
    'asked the same, its answer is refused: it is signed, and not what the model gives',
    difference && firstDifference(difference),
  );
  if (at) tell('', `first differing operator: ${at.node} (${at.op}), whose inputs are the same in both runs`);
  await client.api.keepEvidence(refused.evidence, signal);
  // What it still offers when it ends would be asked of it until the offer expires.
  await operator.forget(model.id);
  await offered(play, liar.address, false);
  await liar.stop();
  // Whatever the reader asks from here on is asked of honest nodes.
  await liar.stop();
  return receiptDigest(refused.evidence.receipt);
}

async function refusal(asked: Promise<Answer>): Promise<AnswerError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof AnswerError && error.code === 'ANSWER_REFUTED') return error;
    throw error;
  }
  throw devnetError('LIE_BELIEVED', 'the lying worker’s answer was handed over: the client did not check it');
}

/** Waits until the network knows that a worker offers the model, or no longer does. */
const offered = (
  { client, model, signal }: Pick<Play, 'client' | 'model' | 'signal'>,
  worker: string,
  wanted = true,
): Promise<unknown> =>
  until(
    `${worker} ${wanted ? 'to offer' : 'not to offer'} the model`,
    async () =>
      (await client.api.workers(model.id, signal)).some((offer) => offer.worker === worker) === wanted,
    { signal },
  );

/** The tensors of an example that ships with a model: a body of the Open Inference Protocol. */
export async function exampleInputs(path: string, { manifest, id }: ResolvedModel): Promise<Tensor[]> {
  const request = requestFromInfer({
    body: decodeInfer(new Uint8Array(await readFile(path))),
    manifest,
    model: id,
    profile: onnxExact.name,
    salt: fromHex('00'.repeat(32)),
  });
  return requestTensors(request);
}

function firstDifference(difference: Difference): string {
  const { claimed, computed } = sidesOf(difference);
  return `first difference: ${placeOf(difference)} is ${claimed} in the answer, ${computed} when run again`;
}
