import { sha256, toHex, utf8 } from '@isobit/core';
import { type Manifest, manifestKind, modelId, signManifest } from '@isobit/model';
import {
  createTextRequest,
  createTextResponse,
  type Evidence,
  llmExact,
  networkId,
  openGenesis,
  type Profile,
  profileDigest,
  type ReceiptBody,
  type ReceiptDetails,
  requestDigest,
  responseDigest,
  signReceipt,
  type TextChoice,
  type TextRequestOptions,
  type TextResponse,
  type TokenTrace,
  traceRoot,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { firstTextDifference, isTokenDifference, type Replayer } from '../src/index.ts';
import { keyOf, logOf, NOW, worker } from './scene.ts';

const counts: Manifest = manifestKind.parse({
  isobit: 'manifest/1',
  title: 'Counts',
  format: 'gguf',
  task: 'text-generation',
  files: [{ path: 'model.gguf', size: 3, root: toHex(sha256(utf8('counts'))) }],
  entry: 'model.gguf',
  inputs: [],
  outputs: [],
  licence: 'Apache-2.0',
  publisher: keyOf('publisher').address,
});

/** What a server behind the publisher's node calls "counts". */
export const upstreamManifest: Manifest = manifestKind.parse({
  ...counts,
  title: 'counts',
  format: 'upstream',
  files: [{ path: 'upstream.json', size: 41, root: toHex(sha256(utf8('upstream'))) }],
  entry: 'upstream.json',
});
const salt = sha256(utf8('salt'));

/** What the model says: it counts on from the prompt's last number. Token n reads " n". */
const textOf = (tokens: readonly number[]): string => tokens.map((token) => ` ${token}`).join('');

export const honest: readonly TextChoice[] = [{ tokens: [4, 5, 6], text: ' 4 5 6', finish: 'length' }];

const traceOf = (choices: readonly TextChoice[], model: string): TokenTrace => ({
  isobit: 'trace/1',
  kind: 'tokens',
  steps: choices.flatMap(({ tokens }, choice) =>
    tokens.map((token, i) => ({
      choice,
      token,
      logits: toHex(sha256(utf8(`${model} ${tokens.slice(0, i)}`))),
    })),
  ),
});

export interface TextSceneOptions {
  readonly choices?: readonly TextChoice[];
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  readonly manifest?: Manifest;
  readonly engine?: ReceiptDetails['engine'];
  readonly request?: Partial<TextRequestOptions>;
  readonly profile?: Profile;
  /** Name of the model whose logits the trace holds; no trace where absent. */
  readonly traced?: string;
  readonly body?: Partial<ReceiptBody>;
  readonly key?: typeof worker;
}

/** Evidence of a worker whose model was asked to count on from " 1 2 3", or answered as the options say. */
export function textScene({
  choices = honest,
  promptTokens = 3,
  outputTokens,
  manifest = counts,
  engine = { name: 'test', version: '1' },
  request: asked = {},
  profile = llmExact,
  traced,
  body = {},
  key = worker,
}: TextSceneOptions = {}): Evidence {
  const model = modelId(manifest);
  const request = createTextRequest({
    model,
    profile: profile.name,
    salt,
    prompt: { text: ' 1 2 3' },
    maxTokens: 3,
    ...asked,
  });
  const response = createTextResponse({
    promptTokens,
    choices,
    ...(outputTokens === undefined ? {} : { outputTokens }),
  });
  const trace = traced === undefined ? undefined : traceOf(choices, traced);
  const receipt = signReceipt(
    {
      network: networkId(openGenesis),
      model,
      profile: profileDigest(profile),
      request: requestDigest(request),
      response: responseDigest(response, salt),
      trace: trace ? traceRoot(trace, salt) : ZERO_HASH,
      outcome: 'complete',
      time: NOW,
      worker: key.address,
      payment: ZERO_HASH,
      details: {
        nonce: toHex(sha256(utf8('nonce'))),
        usage: usageOf(request, response),
        engine,
      },
      ...body,
    },
    key,
  );
  return {
    isobit: 'evidence/1',
    receipt,
    request,
    response,
    manifest: signManifest(manifest, keyOf('publisher')),
    log: logOf(receipt, key, false),
    ...(trace ? { trace } : {}),
  };
}

const truth: TextResponse = createTextResponse({ promptTokens: 3, choices: honest });

/** A replayer that really counts, and can only run. */
export const counter: Replayer = {
  run: async ({ trace }) => ({ response: truth, ...(trace ? { trace: traceOf(honest, 'counts') } : {}) }),
};

/** The same, which checks in one pass: it knows what its tokens say, and by how much it prefers one. */
export const checker: Replayer = {
  run: () => Promise.reject(new Error('a check was possible, and the text was generated again')),
  async check({ response, trace }) {
    const found = firstTextDifference(response, truth);
    if (!found) return { agrees: true };
    if (!isTokenDifference(found)) return { agrees: false, difference: found };
    const named = (side: 'claimed' | 'computed') => {
      const token = found[side]?.token;
      return token === undefined ? {} : { [side]: { token, text: textOf([token]) } };
    };
    return {
      agrees: false,
      difference: { ...found, ...named('claimed'), ...named('computed'), margin: 0.41 },
      ...(trace ? { trace: traceOf(honest, 'counts') } : {}),
    };
  },
};
