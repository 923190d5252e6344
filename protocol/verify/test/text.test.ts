import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import { createTextResponse, fast, llamaWasm, type TextChoice } from '@isobit/receipt';
import {
  claimOf,
  type Difference,
  describeDifference,
  isTokenDifference,
  judge,
  type Peer,
  type Replayer,
  verify,
  verifyWith,
} from '../src/index.ts';
import { keyOf, trust } from './scene.ts';
import { fromUpstream, withBytes } from './text-cases.ts';
import { checker, counter, honest, type TextSceneOptions, textScene } from './text-scene.ts';

const [first] = honest as [TextChoice];
const told = (changes: Partial<TextChoice>) => ({ choices: [{ ...first, ...changes }] });
const liar = told({ tokens: [4, 9, 6], text: ' 4 9 6' });

async function checked(options: TextSceneOptions, replayer: Replayer = checker) {
  return claimOf(await verifyWith(textScene(options), trust(), { replayer }), 'execution');
}

test('an honest text is checked in one pass, without generating it again', async () => {
  const verdict = await verifyWith(textScene(), trust(), { replayer: checker });
  assert.equal(judge(verdict, ['integrity', 'signer', 'log', 'model', 'execution', 'usage']), 'holds');
  const { method, by, detail } = claimOf(verdict, 'execution');
  assert.deepEqual([method, by], ['replay', 'you']);
  assert.match(detail, /every token drawn again/);
  assert.equal(claimOf(verdict, 'usage').detail, '3 tokens in, 3 tokens out, as stated');
});

test('a replayer that can only run generates again', async () => {
  assert.equal((await checked({}, counter)).status, 'verified');
  const claim = await checked(liar, counter);
  assert.deepEqual([claim.status, claim.reason], ['refuted', 'mismatch']);
  assert.deepEqual(claim.difference, {
    choice: 0,
    index: 1,
    claimed: { token: 9 },
    computed: { token: 5 },
  });
  assert.match(claim.detail, /token 2 of the answer is id 5 here, id 9 in the evidence$/);
});

test('a changed token is named, with both texts and the margin', async () => {
  const claim = await checked(liar);
  assert.deepEqual([claim.status, claim.reason], ['refuted', 'mismatch']);
  assert.deepEqual(claim.difference, {
    choice: 0,
    index: 1,
    claimed: { token: 9, text: ' 9' },
    computed: { token: 5, text: ' 5' },
    margin: 0.41,
  });
  assert.match(
    claim.detail,
    /: token 2 of the answer is " 5" \(id 5\) here, " 9" \(id 9\) in the evidence \(margin 0.41\)$/,
  );
});

test('traces tell whether the model or the draw differs', async () => {
  const cause = async (traced: string) => {
    const { difference } = await checked({ ...liar, traced });
    return difference && isTokenDifference(difference) ? difference.cause : 'no token';
  };
  assert.equal(await cause('counts'), 'sampling');
  assert.equal(await cause('another model'), 'model');
  const again = await checked({ ...liar, traced: 'counts' }, counter);
  assert.match(again.detail, /was not drawn from them$/);
});

test('an answer that ends early, or goes on after its end, differs there', async () => {
  const short = await checked(told({ tokens: [4, 5], text: ' 4 5' }));
  assert.match(
    short.detail,
    /token 3 of the answer is " 6" \(id 6\) here, nothing: the answer ends before it in/,
  );
  const long = await checked(told({ tokens: [4, 5, 6, 7], text: ' 4 5 6 7' }));
  assert.match(
    long.detail,
    /token 4 of the answer is nothing: the answer ends before it here, " 7" \(id 7\) in/,
  );
});

const members: readonly (readonly [string, TextSceneOptions, RegExp])[] = [
  ['text', told({ text: ' 4 5 7' }), /the text of the answer is " 4 5 6" here, " 4 5 7" in the evidence/],
  ['promptTokens', { promptTokens: 4 }, /the number of prompt tokens is 3 here, 4 in the evidence/],
  ['finish', told({ finish: 'stop' }), /the finish of the answer is "length" here, "stop" in the evidence/],
  ['choices', { choices: [first, first] }, /the number of answers is 1 here, 2 in the evidence/],
  [
    'logProbabilities',
    told({ logProbabilities: first.tokens.map(() => ({ value: '80000000', alternatives: [] })) }),
    /the number of log probabilities of the answer is nothing here, 3 in the evidence/,
  ],
  [
    'tokenBytes',
    told({ tokenBytes: { '4': '2034', '5': '2035', '6': '2036' } }),
    /the number of tokens with bytes in the answer is nothing here, 3 in the evidence/,
  ],
];

for (const [member, options, sentence] of members) {
  test(`equal tokens with another ${member} are refuted, and the member is named`, async () => {
    for (const replayer of [checker, counter]) {
      const claim = await checked(options, replayer);
      assert.deepEqual([claim.status, claim.reason], ['refuted', 'mismatch']);
      assert.equal(claim.difference && 'member' in claim.difference && claim.difference.member, member);
      assert.match(claim.detail, sentence);
    }
  });
}

test('a lie about what an alternative says is refuted, and the token is named', async () => {
  const replayer: Replayer = {
    run: async () => ({ response: createTextResponse({ promptTokens: 3, choices: withBytes() }) }),
  };
  const request = { logProbabilities: 1, tokenBytes: true } as const;
  assert.equal((await checked({ request, choices: withBytes() }, replayer)).status, 'verified');
  const claim = await checked({ request, choices: withBytes('c3') }, replayer);
  assert.deepEqual([claim.status, claim.reason], ['refuted', 'mismatch']);
  assert.deepEqual(claim.difference, {
    member: 'tokenBytes',
    choice: 0,
    token: 40,
    claimed: '"c3"',
    computed: '"203430"',
  });
  assert.match(claim.detail, /the bytes of token id 40 in the answer is "203430" here, "c3" in the evidence/);
});

test('a difference is told from what a stranger wrote without letting it paint', () => {
  const text = '\u001b[2J\u202e"\n';
  const token: Difference = {
    choice: 1,
    index: 0,
    claimed: { token: 1, text },
    computed: { token: 2, text: 'a' },
  };
  assert.equal(
    describeDifference(token, 'there'),
    String.raw`token 1 of answer 2 is "a" (id 2) there, "\u001b[2J\u{202e}\"\n" (id 1) in the evidence`,
  );
});

test('long texts are shown where they part', async () => {
  const long = 'x'.repeat(5_000);
  const replayer: Replayer = {
    run: async () => ({
      response: {
        isobit: 'response/1',
        kind: 'text',
        promptTokens: 3,
        choices: [{ ...first, text: `${long}a` }],
      },
    }),
  };
  const { difference } = await checked(told({ text: `${long}b` }), replayer);
  assert.ok(difference && 'member' in difference);
  assert.match(difference.claimed, /^…x+b"$/);
  assert.match(difference.computed, /^…x+a"$/);
});

test('fast texts are not checked, those of both exact profiles are', async () => {
  assert.equal((await checked({ profile: fast })).reason, 'profile-fast');
  assert.equal((await checked({ profile: llamaWasm })).status, 'verified');
});

test('a check that cannot be done leaves the text unchecked; an impossible prompt refutes it', async () => {
  const failing = (impossible: boolean): Replayer => ({
    ...checker,
    check: () =>
      Promise.reject(new CodedError('CONTEXT_FULL', 'the prompt has more tokens than the context')),
    impossible: () => impossible,
  });
  assert.equal((await checked({}, failing(false))).reason, 'unavailable');
  assert.equal((await checked({}, failing(true))).reason, 'impossible');
  const broken: Replayer = { ...checker, check: () => Promise.reject(new TypeError('a bug')) };
  await assert.rejects(checked({}, broken), TypeError);
});

const peerOf = (options: TextSceneOptions, withTrace = true): Peer => ({
  async ask() {
    const { receipt, response, trace } = textScene({ ...options, key: keyOf('second') });
    return { receipt, response: response as never, ...(trace && withTrace ? { trace } : {}) };
  },
});

test('a peer that answers with the same bits verifies, another names the token', async () => {
  const claim = async (options: TextSceneOptions, peer: Peer) =>
    claimOf(await verifyWith(textScene(options), trust(), { peer }), 'execution');
  assert.equal((await claim({}, peerOf({}))).status, 'verified');

  const plain = await claim(liar, peerOf({}));
  assert.deepEqual(plain.difference, { choice: 0, index: 1, claimed: { token: 9 }, computed: { token: 5 } });
  assert.match(
    plain.detail,
    /token 2 of the answer is id 5 there, id 9 in the evidence; one of the two is wrong/,
  );

  const cause = async (mine: string, theirs: string, withTrace?: boolean) => {
    const { difference } = await claim({ ...liar, traced: mine }, peerOf({ traced: theirs }, withTrace));
    return difference && isTokenDifference(difference) ? difference.cause : 'no token';
  };
  assert.equal(await cause('counts', 'counts'), 'sampling');
  assert.equal(await cause('counts', 'another model'), 'model');
  assert.equal(await cause('counts', 'counts', false), undefined);
});

test('a peer whose trace is not the one it signed has given no answer', async () => {
  const peer: Peer = {
    async ask() {
      const second = textScene({ key: keyOf('second') });
      const { trace } = textScene({ traced: 'counts' });
      return { receipt: second.receipt, response: second.response as never, trace: trace as never };
    },
  };
  const claim = claimOf(await verifyWith(textScene(liar), trust(), { peer }), 'execution');
  assert.deepEqual([claim.status, claim.reason], ['unchecked', 'unavailable']);
  assert.match(claim.detail, /a trace that its receipt does not name/);
});

test('the pure verdict of a text needs no port', () => {
  const verdict = verify(textScene({ traced: 'counts' }), trust());
  assert.equal(judge(verdict, ['integrity', 'signer', 'log', 'model', 'usage']), 'holds');
  assert.equal(claimOf(verdict, 'execution').reason, 'not-asked');
});

test('of an answer of a server behind the worker, attribution holds and nothing else is said', async () => {
  const never: Replayer = { run: () => assert.fail('ran what nobody can run') };
  const verdict = await verifyWith(fromUpstream, trust(), { replayer: never });
  const { status, reason, detail } = claimOf(verdict, 'execution');
  assert.deepEqual([status, reason], ['unchecked', 'profile-fast']);
  assert.match(detail, /^attribution only: worker 0x[0-9a-f]{40} says that a server behind it \(ollama\)/);
  assert.match(detail, /nothing shows which model ran$/);
  assert.match(claimOf(verdict, 'model').detail, /bytes are unknown, so nobody can run it again/);
  const usage = claimOf(verdict, 'usage');
  assert.deepEqual([usage.status, usage.reason], ['unchecked', 'profile-fast']);
  assert.match(usage.detail, /^3 tokens in, 7 tokens out, as stated by the server behind/);
});

test('a number of tokens that only the evidence states is a difference', async () => {
  const silent = createTextResponse({ promptTokens: 3, choices: [{ tokens: [], text: '', finish: 'stop' }] });
  const claim = await checked(
    { choices: silent.choices, outputTokens: 5 },
    { run: async () => ({ response: silent }) },
  );
  assert.deepEqual(
    [claim.status, claim.difference],
    ['refuted', { member: 'outputTokens', claimed: '5', computed: 'nothing' }],
  );
  assert.match(claim.detail, /the stated number of tokens is nothing here, 5 in the evidence/);
});
