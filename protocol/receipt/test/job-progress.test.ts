import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCanonical, isCoded, limits } from '@isobit/core';
import fc from 'fast-check';
import {
  createProgressGuard,
  fast,
  gatherPieces,
  type Job,
  jobProgressKind,
  type TextPiece,
  takePieces,
} from '../src/index.ts';
import { smallText } from './vectors/text-request.ts';

const probability = {
  value: 'bf800000',
  alternatives: Array.from({ length: limits.textAlternatives }, (_, token) => ({
    token: 151_000 + token,
    value: 'bf800000',
  })),
};

const bytesOf = (tokens: readonly number[]) => Object.fromEntries(tokens.map((token) => [token, '78']));

/** Of one job: each with the bytes of its tokens, or none. */
const arbitraryPieces = fc.boolean().chain((hasBytes) =>
  fc.array(
    fc
      .record({
        choice: fc.integer({ min: 0, max: limits.textChoices - 1 }),
        tokens: fc.array(fc.nat(), { maxLength: 3 }),
        text: fc.string({ unit: 'grapheme', maxLength: 4 }),
      })
      .map((piece) => (hasBytes ? { ...piece, tokenBytes: bytesOf(piece.tokens) } : piece)),
    { minLength: 1, maxLength: 200 },
  ),
);

/** What all pieces say of one answer. */
const told = (pieces: readonly TextPiece[], choice: number) => {
  const own = pieces.filter((piece) => piece.choice === choice);
  return {
    tokens: own.flatMap(({ tokens }) => tokens),
    text: own.map(({ text }) => text).join(''),
    tokenBytes: Object.assign({}, ...own.map(({ tokenBytes }) => tokenBytes)),
  };
};

test('pieces that wait are told together, each answer whole and in order', () =>
  fc.assert(
    fc.property(arbitraryPieces, (pieces) => {
      const documents: TextPiece[][] = [];
      for (let rest: TextPiece[] = pieces; rest.length > 0; ) {
        const { now, later } = gatherPieces(rest);
        assert.ok(later.length < rest.length);
        documents.push(jobProgressKind.parse({ isobit: 'job-progress/1', pieces: now }).pieces);
        rest = later;
      }
      for (let choice = 0; choice < limits.textChoices; choice++)
        assert.deepEqual(told(documents.flat(), choice), told(pieces, choice));
    }),
  ));

test('what waits is taken off piece by piece, and however much it is, nothing is lost', () =>
  fc.assert(
    fc.property(arbitraryPieces, fc.integer({ min: 1, max: 8 }), (some, times) => {
      const pieces = Array.from({ length: times }, () => some).flat();
      const waiting = [...pieces];
      const taken: TextPiece[] = [];
      while (waiting.length > 0)
        taken.push(
          ...jobProgressKind.parse({ isobit: 'job-progress/1', pieces: takePieces(waiting) }).pieces,
        );
      for (let choice = 0; choice < limits.textChoices; choice++)
        assert.deepEqual(told(taken, choice), told(pieces, choice));
    }),
  ));

test('the fullest document is a document', () => {
  const pieces = Array.from({ length: limits.textChoices }, (_, choice) => ({
    choice,
    tokens: Array.from({ length: limits.pieceTokens }, () => 151_000),
    text: 'x'.repeat(limits.pieceTokens * 8),
    logProbabilities: Array.from({ length: limits.pieceTokens }, () => probability),
  }));
  const bytes = jobProgressKind.encode(jobProgressKind.parse({ isobit: 'job-progress/1', pieces }));
  assert.ok(bytes.length > 0);
});

test('what is no progress is refused', () => {
  const good = { choice: 0, tokens: [1], text: 'a' };
  const refused = [
    {},
    { pieces: [] },
    { pieces: [{ ...good, choice: limits.textChoices }] },
    { pieces: [{ ...good, tokens: [-1] }] },
    { pieces: [{ ...good, text: undefined }] },
    { pieces: [{ ...good, tokens: new Array(limits.pieceTokens + 1).fill(1) }] },
    { pieces: [{ ...good, logit: 1 }] },
    { pieces: new Array(limits.textChoices + 1).fill(good) },
  ];
  for (const members of refused)
    assert.throws(
      () => jobProgressKind.parse({ isobit: 'job-progress/1', ...members }),
      (error) => isCoded(error, 'DOCUMENT_INVALID'),
      JSON.stringify(members).slice(0, 80),
    );
  assert.throws(
    () => jobProgressKind.decode(encodeCanonical({ isobit: 'job-progress/2', pieces: [good] })),
    (error) => isCoded(error, 'DOCUMENT_UNKNOWN_VERSION'),
  );
});

/** Documents that some pieces become, of which each is one, and nothing is lost. */
function documentsOf(pieces: readonly TextPiece[]): number {
  const waiting = [...pieces];
  const taken: TextPiece[] = [];
  let count = 0;
  for (; waiting.length > 0; count++) {
    const now = takePieces(waiting);
    const bytes = jobProgressKind.encode({ isobit: 'job-progress/1', pieces: now });
    taken.push(...jobProgressKind.decode(bytes).pieces);
  }
  for (let choice = 0; choice < limits.textChoices; choice++)
    assert.deepEqual(told(taken, choice), told(pieces, choice));
  return count;
}

test('long pieces that wait stay within a document', () => {
  const pieces = Array.from({ length: limits.textChoices * 3 }, (_, i) => ({
    choice: i % limits.textChoices,
    tokens: [],
    text: '\u0001'.repeat(limits.pieceText),
  }));
  assert.equal(documentsOf(pieces), 3);
});

test('the longest tokens, each with all its alternatives, are told in as many documents as they need', () => {
  const ids = Array.from({ length: limits.textAlternatives }, (_, i) => 1_000_000 + i);
  const tokenBytes = Object.fromEntries(ids.map((id) => [id, 'f0'.repeat(limits.textTokenBytes)]));
  const pieces = Array.from({ length: limits.textChoices }, (_, choice) => ({
    choice,
    tokens: [1_000_000],
    text: '',
    logProbabilities: [
      { value: 'bf800000', alternatives: ids.map((token) => ({ token, value: 'bf800000' })) },
    ],
    tokenBytes,
  }));
  assert.equal(documentsOf(pieces), 3);
});

const guardOf = (profile: string) => {
  const request = { ...smallText, profile, maxTokens: 4 };
  const guard = createProgressGuard({ request, progress: true } as Job);
  return (tokens: number[], text: string, choice = 0) =>
    guard({ isobit: 'job-progress/1', pieces: [{ choice, tokens, text }] });
};

test('words without tokens are told under fast alone, and not without end', () => {
  const exact = guardOf('llm-exact-1');
  assert.deepEqual([exact([], 'held'), exact([], 'more')], [true, false]);
  const told = guardOf(fast.name);
  for (let i = 0; i < 100; i++) assert.ok(told([], 'word'));
  assert.deepEqual([told([], ''), told([], '')], [true, false]);
  assert.equal(guardOf(fast.name)([], 'x'.repeat(limits.untokenedText)), true);
  assert.equal(guardOf(fast.name)([], 'x'.repeat(limits.untokenedText + 1)), false);
  assert.equal(guardOf(fast.name)([1, 2, 3, 4, 5], 'x'), false);
  assert.equal(guardOf(fast.name)([], 'x', 1), false);
});

test('what tokens say is told up to what a response may hold, and no further', () => {
  const request = { ...smallText, maxTokens: limits.answerTokens };
  const guard = createProgressGuard({ request, progress: true } as Job);
  const text = 'x'.repeat(limits.exchangeBytes / 256);
  const tell = (each: string) =>
    guard({ isobit: 'job-progress/1', pieces: [{ choice: 0, tokens: [1], text: each }] });
  for (let i = 0; i < 256; i++) assert.ok(tell(text));
  assert.deepEqual([tell(''), tell('x')], [true, false]);
});
