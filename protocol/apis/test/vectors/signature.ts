import { fromHex, nodeKey, sha256, signPersonal, toHex, utf8 } from '@isobit/core';
import { exchangeText } from '../../src/index.ts';
import type { Term, Vector } from './vector.ts';

const SECRET = '606a0604a85c20c83c78bbb4cb0771662e64df9f6873a71c16df358be5c38c63';
const REQUEST = '{"model":"storyteller","messages":[{"role":"user","content":"Hello"}]}';
const RESPONSE = '{"id":"chatcmpl-0","choices":[]}';
const STREAM = 'data: {"id":"chatcmpl-0"}\n\n: isobit {}\n\ndata: [DONE]\n\n';

const exchange = (description: string, request: string, response: string, model: string): Vector => ({
  description,
  kind: 'exchange',
  secret: SECRET,
  model,
  request,
  response,
});

const hash = (body: string): string => toHex(sha256(utf8(body)));
const text = (response: string): string =>
  exchangeText({ model: 'storyteller:1', request: hash(REQUEST), response: hash(response) });
const made = signPersonal(nodeKey(fromHex(SECRET)), text(RESPONSE));

const signer = (description: string, given: string, signed = text(RESPONSE)): Vector => ({
  description,
  kind: 'exchange-signer',
  text: signed,
  signature: given,
});

export const signature: Term = {
  valid: {
    plain: exchange('an answer in one body', REQUEST, RESPONSE, 'storyteller:1'),
    stream: exchange('a stream: all of its bytes', REQUEST, STREAM, 'alice/storyteller:1'),
    'not-ascii': exchange('bodies and a length that count bytes', '{"é":"\u{1f600}"}', '', 'géant'),
    signer: signer('the address that signed', made),
    'one-byte-changed': signer(
      'one byte of the answer changed: another address than the signer',
      made,
      text(RESPONSE.replace('-0', '-1')),
    ),
  },
  invalid: {
    'without-prefix': { ...signer('without 0x', made.slice(2)), error: 'none' },
    'v-zero': { ...signer('v 0 in place of 27', `${made.slice(0, -2)}00`), error: 'none' },
    'too-short': { ...signer('64 bytes', made.slice(0, -2)), error: 'none' },
  },
};
