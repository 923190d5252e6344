import { canonicalText, toBase64, utf8 } from '@isobit/core';
import { deriveLogKeys } from '@isobit/log';
import { signManifest } from '@isobit/model';
import { type Evidence, evidenceFragment } from '@isobit/receipt';
import { smallRequest, smallResponse } from './exchange.ts';
import { alice, languageManifest, smallManifest } from './model.ts';
import { alone, aloneText } from './receipt.ts';
import { smallText } from './text-request.ts';
import { smallAnswer } from './text-response.ts';
import { commonFaults, edited, hex32, type Json, type Term, type Vector } from './vector.ts';

const bare: Evidence = { isobit: 'evidence/1', receipt: alone };
const full: Evidence = {
  ...bare,
  request: smallRequest,
  response: smallResponse,
  manifest: signManifest(smallManifest, alice),
  log: {
    checkpoint: 'a note\n\n— a signature\n',
    index: 0,
    proof: [hex32('sibling')],
    key: deriveLogKeys(alice).binding,
  },
};
const traced: Evidence = {
  ...full,
  trace: {
    isobit: 'trace/1',
    steps: [
      {
        node: 'double',
        op: 'Add',
        inputs: [{ name: 'x', digest: hex32('x') }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 2], digest: hex32('y') }],
      },
    ],
  },
};

const text: Evidence = {
  ...bare,
  receipt: aloneText,
  request: smallText,
  response: smallAnswer,
  manifest: signManifest(languageManifest, alice),
  trace: {
    isobit: 'trace/1',
    kind: 'tokens',
    steps: smallAnswer.choices.flatMap(({ tokens }, choice) =>
      tokens.map((token) => ({ choice, token, logits: hex32(`logits ${token}`) })),
    ),
  },
};

const valid = (description: string, text: string): Vector => ({ description, kind: 'evidence', text });
const bad = (description: string, changes: Json, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'evidence',
  text: edited(full, changes),
  error,
});
const log = (changes: Json) => ({ log: { ...full.log, ...changes } });
const fragment = (description: string, text: string, error?: string): Vector => ({
  description,
  kind: 'fragment',
  text,
  ...(error ? { error } : {}),
});
const noFragment = (description: string, text: string) => fragment(description, text, 'CANONICAL_INVALID');
const url = (text: string) =>
  toBase64(utf8(text)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const link = evidenceFragment(full) ?? '';
const padded =
  [full, bare, traced]
    .map(canonicalText)
    .map((text) => toBase64(utf8(text)))
    .find((text) => text.endsWith('=')) ?? '';

// White space is allowed here, and the first member of the alphabet is optional.
const { 'white-space': _, ...faults } = commonFaults('evidence', bare);

export const evidence: Term = {
  valid: {
    bare: valid('a receipt alone', canonicalText(bare)),
    full: valid('request, response, manifest and log', canonicalText(full)),
    traced: valid('with a trace', canonicalText(traced)),
    text: valid('a language model, with a trace of tokens', canonicalText(text)),
    pretty: valid('reformatted, members in another order', `${JSON.stringify(full, null, 2)}\n`),
    foreign: valid(
      'members that do not belong together: a verdict says so, not the form',
      canonicalText({ ...full, request: { ...smallRequest, salt: hex32('another salt') } }),
    ),
    link: fragment('a link', link),
    'link-pretty': fragment('a link to a reformatted file', `e=${url(JSON.stringify(full, null, 1))}`),
  },
  invalid: {
    ...faults,
    'receipt-version': bad(
      'a receipt of an unknown version',
      { receipt: { ...alone, isobit: 'receipt/9' } },
      'DOCUMENT_UNKNOWN_VERSION',
    ),
    'request-version': bad(
      'a request of an unknown version',
      { request: { ...smallRequest, isobit: 'request/2' } },
      'DOCUMENT_UNKNOWN_VERSION',
    ),
    'manifest-version': bad(
      'a manifest of an unknown version, two levels down',
      { manifest: { ...full.manifest, manifest: { ...smallManifest, isobit: 'manifest/2' } } },
      'DOCUMENT_UNKNOWN_VERSION',
    ),
    'receipt-member': bad('an unknown member of the receipt', { receipt: { ...alone, note: 'x' } }),
    'request-is-response': bad('a response in place of the request', { request: smallResponse }),
    'manifest-unsigned': bad('a manifest without signature', { manifest: smallManifest }),
    'trace-member': bad('an unknown member of a trace', { trace: { ...traced.trace, salt: hex32('salt') } }),
    'trace-kind-unknown': bad('a trace of a kind that does not exist', {
      trace: { isobit: 'trace/1', kind: 'layers', steps: [] },
    }),
    'trace-mixed': bad('steps of operators in a trace of tokens', {
      trace: { ...traced.trace, kind: 'tokens' },
    }),
    'log-index-negative': bad('a negative index', log({ index: -1 })),
    'log-proof-65': bad('a proof of 65 hashes', log({ proof: Array(65).fill(hex32('x')) })),
    'log-checkpoint-long': bad(
      'a checkpoint of 65,538 bytes in 32,769 characters',
      log({ checkpoint: 'é'.repeat(32_769) }),
    ),
    'log-key-missing': bad('a place in the log without the log key', log({ key: undefined })),
    'log-null': bad('a log that is null', { log: null }),
    'minus-zero': {
      ...bad('-0', {}, 'CANONICAL_INVALID'),
      text: edited(full, {}).replace('"index":0', '"index":-0'),
    },
    'two-receipts': {
      ...bad('two receipts', {}, 'CANONICAL_INVALID'),
      text: edited(bare, {}).replace('"receipt":', '"receipt":{},"receipt":'),
    },
    'receipt-text': bad('a receipt in a string', { receipt: canonicalText(alone) }),
    'link-no-prefix': noFragment('no e=', link.slice(2)),
    'link-with-hash': noFragment('with the # itself', `#${link}`),
    'link-empty': noFragment('nothing', 'e='),
    'link-cut': noFragment('a character short', link.slice(0, -1)),
    'link-standard-alphabet': noFragment(
      'the other alphabet',
      `e=${toBase64(utf8('{"a":"\u00bf\u00bf>>>???"}'))}`,
    ),
    'link-padded': noFragment('with padding', `e=${padded}`),
    'link-impossible-length': noFragment('a length that no bytes have', 'e=AAAAA'),
    'link-long': noFragment('more than 32,768 bytes', `e=${'A'.repeat(43_692)}`),
  },
};
