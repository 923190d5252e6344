import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { keccak256 } from '@isobit/core';
import { textModelFile } from '@isobit/exact/testing';
import { recover } from 'tiny-secp256k1';
import { startNode } from '../support.ts';
import { publishGguf } from './language-node.ts';

const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Who signed a text, as libsecp256k1 recovers it. */
function signerOf(text: string, signature: string): string {
  const bytes = Buffer.from(signature.slice(2), 'hex');
  const signed = keccak256(
    Buffer.concat([
      Buffer.from(`\x19Ethereum Signed Message:\n${Buffer.byteLength(text)}`),
      Buffer.from(text),
    ]),
  );
  const point = recover(signed, bytes.subarray(0, 64), (Number(bytes[64]) - 27) as 0 | 1, false);
  return `0x${Buffer.from(keccak256((point as Uint8Array).subarray(1)).subarray(12)).toString('hex')}`;
}

test('what went over the wire is signed by the node key, as an independent library finds', async (t) => {
  const node = await startNode(t);
  const template = '{{ messages[0].content }}';
  await publishGguf(node, 'small', textModelFile({ metadata: { 'tokenizer.chat_template': template } }));
  for (const stream of [false, true]) {
    const sent = JSON.stringify({
      model: 'small',
      max_tokens: 4,
      stream,
      messages: [{ role: 'user', content: 'abc' }],
    });
    const response = await fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    const got = await response.text();
    assert.equal(response.status, 200);
    const answer = await fetch(`${node.url}/v1/signature/${response.headers.get('x-request-id')}`);
    const { text, signature, signing_address } = (await answer.json()) as Record<string, string>;
    assert.equal(text, `small:1:${sha256(sent)}:${sha256(got)}`);
    assert.equal(signerOf(String(text), String(signature)), node.node.address);
    assert.equal(String(signing_address).toLowerCase(), node.node.address);
    const changed = `small:1:${sha256(sent)}:${sha256(got.replace('a', 'b'))}`;
    assert.notEqual(signerOf(changed, String(signature)), node.node.address);
  }
});
