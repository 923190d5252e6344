import {
  createResponse,
  type Evidence,
  fast,
  responseDigest,
  saltOf,
  type TextChoice,
  type TextRequest,
  traceRoot,
  upstreamEngineName,
} from '@isobit/receipt';
import type { TextCheck } from '../src/index.ts';
import type { HeldCase, RefusedCase } from './cases.ts';
import { scene, vector } from './scene.ts';
import { honest, textScene, upstreamManifest } from './text-scene.ts';

const [first] = honest as [TextChoice];
const plain = textScene();
const traced = textScene({ traced: 'counts' });
const salt = saltOf(plain.request as TextRequest);
const lie = { choices: [{ ...first, tokens: [4, 9, 6], text: ' 4 9 6' }] };
const liar = textScene({ ...lie, traced: 'counts' });
const tensors = createResponse([vector('y', 2, 4, 6)]);
const operators = scene({ trace: true }).trace as NonNullable<Evidence['trace']>;
const details = (usage: Evidence['receipt']['details']['usage']) => ({
  body: { details: { ...plain.receipt.details, usage } },
});

const value = 'bf317218';
const step = (token: number) => ({ value, alternatives: [{ token, value }] });

/** The honest answer with what its tokens say, and one of its alternatives, which reads " 40". */
export const withBytes = (bytes = '203430'): readonly TextChoice[] => [
  {
    ...first,
    logProbabilities: [step(4), step(40), step(6)],
    tokenBytes: { '4': '2034', '5': '2035', '6': '2036', '40': bytes },
  },
];

/** An answer that a server behind the worker gave: no tokens, and their number as the server states it. */
export const fromUpstream = textScene({
  profile: fast,
  manifest: upstreamManifest,
  engine: { name: upstreamEngineName, version: 'ollama' },
  choices: [{ tokens: [], text: ' 4 5 6', finish: 'stop' }],
  outputTokens: 7,
});
const stated = fromUpstream.receipt.details;

/** Evidence of texts that a pure verdict refutes. */
export const refusedTexts: readonly RefusedCase[] = [
  {
    name: 'text-response-kind',
    description: 'tensors in answer to a prompt',
    evidence: {
      ...textScene({ body: { response: responseDigest(tensors, salt) } }),
      response: tensors,
    },
    claim: 'integrity',
    reason: 'response-kind',
  },
  {
    name: 'text-response',
    description: 'another text than the one the receipt names',
    evidence: { ...plain, response: textScene(lie).response as never },
    claim: 'integrity',
    reason: 'response-digest',
  },
  {
    name: 'text-trace',
    description: 'another trace of tokens than the one the receipt names',
    evidence: { ...traced, trace: textScene({ traced: 'another model' }).trace as never },
    claim: 'integrity',
    reason: 'trace-root',
  },
  {
    name: 'text-trace-tokens',
    description: 'a trace of other tokens than the text has',
    evidence: {
      ...textScene({ body: { trace: liar.receipt.trace } }),
      trace: liar.trace as never,
    },
    claim: 'integrity',
    reason: 'trace-output',
  },
  {
    name: 'text-trace-operators',
    description: 'a trace of operators with a text',
    evidence: { ...textScene({ body: { trace: traceRoot(operators, salt) } }), trace: operators },
    claim: 'integrity',
    reason: 'trace-output',
  },
  {
    name: 'text-usage',
    description: 'more tokens than the answer has',
    evidence: textScene(details({ inputTokens: 3, outputTokens: 4 })),
    claim: 'usage',
    reason: 'usage',
  },
  {
    name: 'text-usage-bytes',
    description: 'usage of a text in bytes',
    evidence: textScene(details({ inputBytes: 6, outputBytes: 6 })),
    claim: 'usage',
    reason: 'usage',
  },
  {
    name: 'text-usage-upstream',
    description: 'other tokens than those that the response states of a server',
    evidence: textScene({
      profile: fast,
      choices: [{ tokens: [], text: ' 4 5 6', finish: 'stop' }],
      outputTokens: 7,
      body: { details: { ...stated, usage: { inputTokens: 3, outputTokens: 8 } } },
    }),
    claim: 'usage',
    reason: 'usage',
  },
];

export const heldTexts: readonly HeldCase[] = [
  { name: 'text', description: 'whole evidence of a language model', evidence: plain },
  { name: 'text-traced', description: 'the same with a trace', evidence: traced },
  {
    name: 'text-upstream',
    description: 'a server behind the worker answered: attribution, and nothing of the execution',
    evidence: fromUpstream,
  },
  {
    name: 'text-lie',
    description: 'another token, signed and logged: only a check by the model can tell',
    evidence: liar,
  },
];

/** What a replayer found of a text, and so what the verdict says of its execution. */
export const checkedTexts: readonly (HeldCase & { readonly found: TextCheck })[] = [
  {
    name: 'checked',
    description: 'every token is what the model gives',
    evidence: plain,
    found: { agrees: true },
  },
  {
    name: 'checked-token',
    description: 'a token differs; the traces say that it was not drawn from the logits',
    evidence: liar,
    found: {
      agrees: false,
      difference: {
        choice: 0,
        index: 1,
        claimed: { token: 9, text: ' 9' },
        computed: { token: 5, text: ' 5' },
        margin: 0.5,
      },
      trace: traced.trace as never,
    },
  },
  {
    name: 'checked-model',
    description: 'a token differs; the traces say that the logits do',
    evidence: textScene({ ...lie, traced: 'another model' }),
    found: {
      agrees: false,
      difference: {
        choice: 0,
        index: 1,
        claimed: { token: 9, text: ' 9' },
        computed: { token: 5, text: ' 5' },
      },
      trace: traced.trace as never,
    },
  },
  {
    name: 'checked-end',
    description: 'the answer ends before the model does',
    evidence: textScene({ choices: [{ ...first, tokens: [4, 5], text: ' 4 5' }] }),
    found: { agrees: false, difference: { choice: 0, index: 2, computed: { token: 6, text: ' 6' } } },
  },
  {
    name: 'checked-text',
    description: 'the tokens agree and the text does not',
    evidence: textScene({ choices: [{ ...first, text: ' 4 5 7' }] }),
    found: {
      agrees: false,
      difference: { member: 'text', choice: 0, claimed: '" 4 5 7"', computed: '" 4 5 6"' },
    },
  },
  {
    name: 'checked-bytes',
    description: 'what an alternative says is not what the tokenizer says',
    evidence: textScene({ choices: withBytes('c3'), request: { logProbabilities: 1, tokenBytes: true } }),
    found: {
      agrees: false,
      difference: { member: 'tokenBytes', choice: 0, token: 40, claimed: '"c3"', computed: '"203430"' },
    },
  },
];
