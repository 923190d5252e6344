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
import type { NodeProcess } from '../process/spawn-node.ts';
import type { FreshReplayer } from '../replayer.ts';
import { untilOffered } from './offered.ts';
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
  await untilOffered({ client, model, signal }, worker);
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

/** A worker that lies joins and holds the models. */
export async function addLiar(
  { tell }: Pick<Play, 'tell'>,
  devnet: Devnet,
  models: readonly string[],
): Promise<NodeProcess> {
  const liar = await devnet.add({ name: 'liar', fault: { kind: 'lie' } });
  const operator = createOperator(liar);
  for (const model of models) await operator.pull(model);
  tell(
    'a worker joins that lies: it changes its answers and signs them all the same',
    `liar    ${liar.address}  ${liar.http}`,
  );
  return liar;
}

/**
 * The liar is asked the same, and is refused; the node keeps the evidence for its page.
 *
 * @returns digest of the lie's receipt
 * @throws CodedError `LIE_BELIEVED`
 */
export async function catchLiar(play: Play, liar: NodeProcess): Promise<string> {
  const { client, model, inputs, tell, signal } = play;
  await untilOffered(play, liar.address);
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
  return receiptDigest(refused.evidence.receipt);
}

/** The liar leaves, so that nobody else is sent to it. */
export async function removeLiar(
  { client, signal }: Pick<Play, 'client' | 'signal'>,
  liar: NodeProcess,
  models: readonly string[],
): Promise<void> {
  const operator = createOperator(liar);
  // What it still offers when it ends would be asked of it until the offer expires.
  for (const id of models) {
    await operator.forget(id);
    await untilOffered({ client, model: { id }, signal }, liar.address, false);
  }
  await liar.stop();
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
