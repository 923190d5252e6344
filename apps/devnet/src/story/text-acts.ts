import {
  type Answer,
  AnswerError,
  type Client,
  type ResolvedModel,
  type TextAnswer,
  type TextQuestion,
} from '@isobit/client';
import { llmExact, receiptDigest } from '@isobit/receipt';
import { claimOf, type Difference, placeOf, sidesOf } from '@isobit/verify';
import { devnetError } from '../errors.ts';
import type { NodeProcess } from '../process/spawn-node.ts';
import type { FreshReplayer } from '../replayer.ts';
import { untilOffered } from './offered.ts';
import { bytesText, excerpt, shortId } from './texts.ts';

/** What the acts about the language model share. */
export interface TextPlay {
  readonly client: Client;
  readonly replayer: FreshReplayer;
  readonly model: ResolvedModel;
  readonly tell: (line: string, detail?: string) => void;
  readonly signal: AbortSignal;
}

const SUBJECT = 'Tell me a story about a dog named Max.';

/** Drawn and not greedy, so that it shows that draws are checked too; the seed makes every run the same. */
const question = {
  prompt: { messages: [{ role: 'user', content: SUBJECT }], now: 0 },
  maxTokens: 120,
  sampling: { temperature: '0.7', topP: '0.9', seed: '7' },
} satisfies Partial<TextQuestion>;

/** A worker tells a story; the text comes word by word and is signed when it is whole. */
export async function tellStoryTo(
  { client, model, tell, signal }: TextPlay,
  worker: string,
): Promise<TextAnswer> {
  await untilOffered({ client, model, signal }, worker);
  let pieces = 0;
  const answer = await client.generate({
    ...question,
    model,
    check: 'signature',
    trace: true,
    witnesses: 1,
    routing: { worker },
    onPiece: () => {
      pieces++;
    },
    signal,
  });
  const [choice] = answer.response.choices;
  tell(
    `a client asked node 2 for a story about a dog: “${excerpt(choice?.text ?? '')}”`,
    `${choice?.tokens.length ?? 0} tokens, told in ${pieces} pieces; receipt ${shortId(receiptDigest(answer.evidence.receipt))}`,
  );
  return answer;
}

/** The client draws every token again in one pass. @throws AnswerError unless all are the same */
export async function checkStory(
  { client, replayer, tell, signal }: TextPlay,
  { evidence, response }: TextAnswer,
): Promise<void> {
  const verdict = await client.verify(evidence, { check: 'replay', signal });
  const execution = claimOf(verdict, 'execution');
  if (execution.status !== 'verified')
    throw new AnswerError('ANSWER_UNCHECKED', execution.detail, evidence, verdict);
  // Once more, with engine and model at hand: what checking itself takes.
  const began = performance.now();
  await client.verify(evidence, { check: 'replay', signal });
  const checkedMs = performance.now() - began;
  const { engineBytes, modelBytes } = replayer.fetched(llmExact.name);
  const tokens = response.choices.reduce((sum, choice) => sum + choice.tokens.length, 0);
  tell(
    `the client fetched engine and model by digest and drew all ${tokens} tokens again in one pass: every one is the same`,
    `engine ${bytesText(engineBytes)}, model ${bytesText(modelBytes)}; checking took ${Math.round(checkedMs)} ms`,
  );
}

/**
 * The liar is asked the same, and refused at the token that it changed.
 *
 * @returns digest of the lie's receipt
 * @throws CodedError `LIE_BELIEVED`
 */
export async function catchTextLiar(
  { client, model, tell, signal }: TextPlay,
  liar: Pick<NodeProcess, 'address'>,
): Promise<string> {
  await untilOffered({ client, model, signal }, liar.address);
  const asked = client.generate({
    ...question,
    model,
    check: 'replay',
    trace: true,
    witnesses: 1,
    routing: { worker: liar.address },
    signal,
  });
  const refused = await refusal(asked);
  const { difference } = claimOf(refused.verdict, 'execution');
  tell(
    'asked for the same story, the liar changes one word of it and signs: refused at that token',
    difference && tokenDifference(difference),
  );
  await client.api.keepEvidence(refused.evidence, signal);
  return receiptDigest(refused.evidence.receipt);
}

function tokenDifference(difference: Difference): string {
  const { claimed, computed } = sidesOf(difference);
  return `first difference: ${placeOf(difference)} is ${claimed} in the answer, ${computed} when drawn again`;
}

async function refusal(asked: Promise<Answer | TextAnswer>): Promise<AnswerError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof AnswerError && error.code === 'ANSWER_REFUTED') return error;
    throw error;
  }
  throw devnetError('LIE_BELIEVED', 'the lying worker’s text was handed over: the client did not check it');
}
