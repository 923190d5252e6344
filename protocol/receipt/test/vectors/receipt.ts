import { canonicalText, fromHex, toHex } from '@isobit/core';
import { modelId } from '@isobit/model';
import {
  fast,
  llmExact,
  networkId,
  onnxExact,
  openGenesis,
  profileDigest,
  type Receipt,
  type ReceiptBody,
  requestDigest,
  responseDigest,
  signBatch,
  signReceipt,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { salt, smallRequest, smallResponse } from './exchange.ts';
import { languageManifest, smallManifest } from './model.ts';
import { smallText } from './text-request.ts';
import { smallAnswer } from './text-response.ts';
import {
  commonFaults,
  edited,
  hex32,
  type Json,
  prefixed,
  type Term,
  testKey,
  type Vector,
} from './vector.ts';

export const worker = testKey('worker');
const network = networkId(openGenesis);

export const body: ReceiptBody = {
  network,
  model: modelId(smallManifest),
  profile: profileDigest(onnxExact),
  request: requestDigest(smallRequest),
  response: responseDigest(smallResponse, salt),
  trace: ZERO_HASH,
  outcome: 'complete',
  time: 1_790_000_000_000,
  worker: worker.address,
  payment: ZERO_HASH,
  details: {
    nonce: hex32('nonce'),
    usage: usageOf(smallRequest, smallResponse),
    engine: { name: 'onnxruntime-web', version: '1.30.0', digest: hex32('engine') },
  },
};

const ended = (outcome: 'cancelled' | 'limit' | 'failed', error: string): ReceiptBody => ({
  ...body,
  outcome,
  response: ZERO_HASH,
  details: { ...body.details, usage: usageOf(smallRequest), error },
});

const textBody: ReceiptBody = {
  ...body,
  model: modelId(languageManifest),
  profile: profileDigest(llmExact),
  request: requestDigest(smallText),
  response: responseDigest(smallAnswer, salt),
  details: {
    ...body.details,
    usage: usageOf(smallText, smallAnswer),
    engine: { name: 'isobit-kernels', version: '1', digest: hex32('kernels') },
  },
};
export const aloneText = signReceipt(textBody, worker);

const bodies = (count: number) => Array.from({ length: count }, (_, i) => ({ ...body, time: body.time + i }));
export const alone = signReceipt(body, worker);
const five = signBatch(bodies(5), worker);
const fourth = five[3] as Receipt;
const last = five[4] as Receipt;

const receipt_ = (description: string, value: Receipt, network?: string): Vector => ({
  description,
  kind: 'receipt',
  text: canonicalText(value),
  ...(network ? { network } : {}),
});
const bad = (description: string, error: string, changes: Json, of: Receipt = alone): Vector => ({
  description,
  kind: 'receipt',
  text: edited(of, changes),
  error,
});
const forged = (description: string, changes: Json) => bad(description, 'signature', changes);
const batched = (description: string, changes: Json, error = 'signature', value = fourth.signature.value) =>
  bad(description, error, { signature: { value, batch: { ...fourth.signature.batch, ...changes } } }, fourth);
const batch = (description: string, count: number): Vector => ({
  description,
  kind: 'batch',
  secret: toHex(worker.secret),
  bodies: bodies(count),
});
const pair = (description: string, a: Receipt, b: Receipt): Vector => ({
  description,
  kind: 'contradiction',
  receipts: [a, b],
});
const other = (changes: Partial<ReceiptBody>) =>
  signReceipt({ ...body, response: hex32('another answer'), ...changes }, worker);
const value = alone.signature.value;
const flipped = (hex: string, at: number) =>
  toHex(fromHex(hex).map((byte, i) => (i === at ? byte ^ 1 : byte)));
const genesis = { isobit: 'genesis/1', name: 'test', facts: { chain: '31337' } };
const onFast = { ...body, profile: profileDigest(fast) };

export const receipt: Term = {
  valid: {
    alone: receipt_('signed by itself', alone, network),
    cancelled: receipt_('the client withdrew', signReceipt(ended('cancelled', 'CANCELLED'), worker)),
    limit: receipt_('a limit ended it', signReceipt(ended('limit', 'ENGINE_TIMEOUT'), worker)),
    failed: receipt_('the engine failed', signReceipt(ended('failed', 'ENGINE_FAILED'), worker)),
    'optional-absent': receipt_(
      'no digest of the engine; with trace and payment',
      signReceipt(
        {
          ...body,
          trace: hex32('trace'),
          payment: hex32('payment'),
          details: { ...body.details, engine: { name: 'x', version: '0' } },
        },
        worker,
      ),
    ),
    text: receipt_('a language model, whose usage is in tokens', aloneText),
    'batch-middle': receipt_('the fourth of five', fourth, network),
    'batch-last': receipt_('the last of five, whose path is shorter', last),
    'batch-of-2': batch('two receipts under one signature', 2),
    'batch-of-7': batch('seven receipts under one signature', 7),
    genesis: { description: 'the open network', kind: 'genesis', text: canonicalText(openGenesis) },
    'genesis-other': { description: 'another network', kind: 'genesis', text: canonicalText(genesis) },
    contradiction: pair('two answers to one question', alone, other({})),
    'contradiction-text': pair(
      'two answers of a language model to one question',
      aloneText,
      signReceipt({ ...textBody, response: hex32('another answer') }, worker),
    ),
    'contradiction-later': pair('also with other times, nonces and in a batch', fourth, other({ time: 1 })),
    'contradiction-same': pair('the same answer twice', alone, fourth),
    'contradiction-request': pair('two questions', alone, other({ request: hex32('another question') })),
    'contradiction-network': pair('two networks', alone, other({ network: hex32('another network') })),
    'contradiction-failed': pair('one failed', alone, signReceipt(ended('failed', 'ENGINE_FAILED'), worker)),
    'contradiction-unsigned': pair('one is not signed', alone, { ...other({}), signature: alone.signature }),
    'contradiction-fast': pair(
      'a profile that promises no bits',
      signReceipt(onFast, worker),
      other({ profile: onFast.profile }),
    ),
    'contradiction-profile-unknown': pair(
      'a profile that is not known to be exact',
      signReceipt({ ...body, profile: hex32('profile') }, worker),
      other({ profile: hex32('profile') }),
    ),
  },
  invalid: {
    ...commonFaults('receipt', alone),
    ...prefixed('genesis', commonFaults('genesis', genesis)),
    'genesis-facts-list': {
      description: 'facts as a list',
      kind: 'genesis',
      text: edited(genesis, { facts: ['a'] }),
      error: 'DOCUMENT_INVALID',
    },
    'genesis-facts-number': {
      description: 'a fact that is no text',
      kind: 'genesis',
      text: edited(genesis, { facts: { a: 1 } }),
      error: 'DOCUMENT_INVALID',
    },
    'other-network': {
      ...receipt_('a receipt of another network', alone, networkId({ ...openGenesis, name: 'other' })),
      error: 'network',
    },
    'network-uppercase': bad('a digest in capitals', 'DOCUMENT_INVALID', { network: network.toUpperCase() }),
    'request-prefix': bad('a digest with 0x', 'DOCUMENT_INVALID', { request: `0x${body.request}` }),
    'outcome-unknown': bad('an outcome that does not exist', 'DOCUMENT_INVALID', { outcome: 'partial' }),
    'complete-without-response': bad('complete without response', 'DOCUMENT_INVALID', {
      response: ZERO_HASH,
    }),
    'complete-with-error': bad('complete with an error', 'DOCUMENT_INVALID', {
      details: { ...body.details, error: 'X' },
    }),
    'failed-with-response': bad('failed with a response', 'DOCUMENT_INVALID', {
      outcome: 'failed',
      details: { ...body.details, error: 'X' },
    }),
    'failed-without-error': bad('failed without an error', 'DOCUMENT_INVALID', {
      outcome: 'failed',
      response: ZERO_HASH,
    }),
    'time-negative': bad('a time before 1970', 'DOCUMENT_INVALID', { time: -1 }),
    'usage-missing': bad('details without usage', 'DOCUMENT_INVALID', {
      details: { ...body.details, usage: undefined },
    }),
    'usage-mixed': bad('usage in bytes and tokens', 'DOCUMENT_INVALID', {
      details: { ...body.details, usage: { inputBytes: 8, outputTokens: 8 } },
    }),
    'usage-both': bad('usage in bytes, and in tokens too', 'DOCUMENT_INVALID', {
      details: { ...body.details, usage: { ...body.details.usage, ...textBody.details.usage } },
    }),
    'usage-negative': bad('a negative number of tokens', 'DOCUMENT_INVALID', {
      details: { ...body.details, usage: { inputTokens: -1, outputTokens: 0 } },
    }),
    'engine-member': bad('an unknown member of the engine', 'DOCUMENT_INVALID', {
      details: { ...body.details, engine: { ...body.details.engine, gpu: 'x' } },
    }),
    'signature-short': bad('a signature of 64 bytes', 'DOCUMENT_INVALID', {
      signature: { value: value.slice(2) },
    }),
    'batch-size-0': batched('a batch of none', { size: 0, index: 0, path: [] }, 'DOCUMENT_INVALID'),
    'batch-size-1025': batched('a batch of 1,025', { size: 1025 }, 'DOCUMENT_INVALID'),
    'batch-path-17': batched('a path of 17', { path: Array(17).fill(ZERO_HASH) }, 'DOCUMENT_INVALID'),
    'changed-response': forged('another response', { response: hex32('another answer') }),
    'changed-model': forged('another model', { model: modelId({ ...smallManifest, title: 'Tripler' }) }),
    'changed-time': forged('another time', { time: body.time + 1 }),
    'changed-nonce': forged('another nonce', { details: { ...body.details, nonce: hex32('another nonce') } }),
    'changed-usage': forged('another usage', {
      details: { ...body.details, usage: { inputBytes: 0, outputBytes: 8 } },
    }),
    'changed-worker': forged('another worker', { worker: testKey('mallory').address }),
    'signature-bit': forged('one bit of the signature', { signature: { value: flipped(value, 20) } }),
    'signature-v-other': forged('the other v', {
      signature: { value: value.slice(0, 128) + (value.endsWith('1b') ? '1c' : '1b') },
    }),
    'signature-v-2': forged('v 2', { signature: { value: `${value.slice(0, 128)}02` } }),
    'signature-zero': forged('a signature of zeros', { signature: { value: '0'.repeat(130) } }),
    'batch-as-alone': bad(
      'a batch signature without its batch',
      'signature',
      { signature: { value: fourth.signature.value } },
      fourth,
    ),
    'alone-as-batch': batched(
      'its own signature with a batch',
      {},
      'signature',
      signReceipt(bodies(5)[3] as ReceiptBody, worker).signature.value,
    ),
    'batch-index': batched('the path of another index', { index: 2 }),
    'batch-index-size': batched('an index as large as the batch', { index: 5 }),
    'batch-index-huge': batched('an index beyond 32 bits', { index: 2 ** 32 + 3 }),
    'batch-size': batched('another size', { size: 6 }),
    'batch-path-short': batched('a path cut short', { path: fourth.signature.batch?.path.slice(0, -1) }),
    'batch-path-long': batched('a path with one hash more', {
      path: [...(fourth.signature.batch?.path ?? []), ZERO_HASH],
    }),
    'batch-path-order': batched('a path upside down', {
      path: [...(fourth.signature.batch?.path ?? [])].reverse(),
    }),
    'batch-none': { ...batch('a batch of none', 0), error: 'BATCH_INVALID' },
  },
};
