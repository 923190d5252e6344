import { documentKind, field, limits, utf8 } from '@isobit/core';
import * as v from 'valibot';
import type { Job } from './job.ts';
import { fast } from './profile.ts';
import { stepProbabilitySchema } from './response/text-response.ts';
import { statesItsTokens, tokenBytesSchema } from './response/token-bytes.ts';

/** A part of a text as it comes: provisional, since nothing of it is signed until the answer is. */
export const textPieceSchema = v.pipe(
  v.strictObject({
    /** Which of the answers, from 0. */
    choice: v.pipe(field.count, v.maxValue(limits.textChoices - 1)),
    /** Tokens that were drawn since the last piece of this answer; none where the profile is not exact and none is known. */
    tokens: v.pipe(v.array(field.count), v.maxLength(limits.pieceTokens)),
    /** What the answer's text gained: whole characters that no stop string can take back. */
    text: field.text,
    /** One for each token, where the request asks for them. */
    logProbabilities: v.optional(v.pipe(v.array(stepProbabilitySchema), v.maxLength(limits.pieceTokens))),
    /** What each of these tokens says, and of their alternatives, where the request asks for it. */
    tokenBytes: v.optional(tokenBytesSchema),
  }),
  v.check((piece) => statesItsTokens(piece), 'must state the bytes of each of its tokens, and of no other'),
);

export type TextPiece = v.InferOutput<typeof textPieceSchema>;

/** Sent any number of times before an answer of text (specs/jobs.md section 3). */
export const jobProgressKind = documentKind(
  'job-progress/1',
  v.strictObject({
    isobit: v.literal('job-progress/1'),
    pieces: v.pipe(v.array(textPieceSchema), v.minLength(1), v.maxLength(limits.textChoices)),
  }),
);

export type JobProgress = ReturnType<typeof jobProgressKind.parse>;

/**
 * Puts together what came while nobody took it: the pieces of each answer become one, of as many tokens as it may have and all as large as fits.
 *
 * @returns the pieces of one `job-progress/1`, which fit a document, and what is left for the next
 */
export function gatherPieces(pieces: readonly TextPiece[]): { now: TextPiece[]; later: TextPiece[] } {
  const now = new Map<number, TextPiece>();
  const later: TextPiece[] = [];
  const full = new Set<number>();
  let bytes = jsonBytes({ isobit: 'job-progress/1', pieces: [] });
  for (const piece of pieces) {
    const { choice, tokens } = piece;
    const known = now.get(choice);
    // Once one waits, those behind it do.
    if (!full.has(choice)) {
      const after = bytes + jsonBytes(piece) + COMMA;
      const hasRoom = !known || known.tokens.length + tokens.length <= limits.pieceTokens;
      if (hasRoom && (now.size === 0 || after <= limits.documentBytes)) {
        now.set(choice, known ? joined(known, piece) : piece);
        bytes = after;
        continue;
      }
      full.add(choice);
    }
    later.push(piece);
  }
  return { now: [...now.values()], later };
}

/** Two pieces of one answer take no more together. */
const jsonBytes = (value: object): number => utf8(JSON.stringify(value)).length;
const COMMA = 1;

/** Pieces that are looked at for one progress: as many as can fill one of each answer. */
const LOOKED_AT = limits.pieceTokens * limits.textChoices;

/**
 * Takes the next progress off what waits, as `gatherPieces`, but looks no further than it must: whoever reads slowly
 * leaves much waiting, and each look at all of it would cost the square.
 */
export function takePieces(waiting: TextPiece[]): TextPiece[] {
  const { now, later } = gatherPieces(waiting.splice(0, LOOKED_AT));
  if (later.length > 0) waiting.unshift(...later);
  return now;
}

const joined = (a: TextPiece, b: TextPiece): TextPiece => ({
  choice: a.choice,
  tokens: [...a.tokens, ...b.tokens],
  text: a.text + b.text,
  ...(a.logProbabilities || b.logProbabilities
    ? { logProbabilities: [...(a.logProbabilities ?? []), ...(b.logProbabilities ?? [])] }
    : {}),
  ...(a.tokenBytes || b.tokenBytes ? { tokenBytes: { ...a.tokenBytes, ...b.tokenBytes } } : {}),
});

/**
 * Counts what is told of a job: a stranger may say anything, but no more than an answer could hold.
 *
 * @returns a function that is false for progress that the job does not ask for
 */
export function createProgressGuard({ request, progress }: Job): (told: JobProgress) => boolean {
  if (!progress || request.kind !== 'text') return () => false;
  const { choices = 1, maxTokens } = request;
  // A server behind a worker tells words and no tokens; under a profile that nobody knows, the law of tokens holds.
  const isFast = request.profile === fast.name;
  const tokens = new Array<number>(choices).fill(0);
  const empty = new Array<number>(choices).fill(0);
  const untokened = new Array<number>(choices).fill(0);
  /** UTF-16 units of all answers: a response has no more bytes. */
  let said = 0;
  return ({ pieces }) =>
    pieces.every((piece) => {
      const { choice } = piece;
      if (choice >= choices) return false;
      tokens[choice] = (tokens[choice] ?? 0) + piece.tokens.length;
      said += piece.text.length;
      // One without tokens gives what was held back for a stop string, once; or words of a server that knows no tokens.
      if (piece.tokens.length === 0) {
        if (isFast && piece.text !== '') untokened[choice] = (untokened[choice] ?? 0) + piece.text.length;
        else empty[choice] = (empty[choice] ?? 0) + 1;
      }
      return (
        said <= limits.exchangeBytes &&
        (tokens[choice] ?? 0) <= maxTokens &&
        (empty[choice] ?? 0) <= 1 &&
        (untokened[choice] ?? 0) <= limits.untokenedText
      );
    });
}
