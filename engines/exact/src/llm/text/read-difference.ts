import type { TokenDifference } from '../token-engine.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** A token with what it reads. */
export interface ReadToken {
  readonly token: number;
  /** Absent for an id that the vocabulary does not have. */
  readonly text?: string;
}

/** The first token of an answer that is not what the model gives. */
export interface AnswerDifference {
  /** Which of the answers, from 0. */
  readonly choice: number;
  /** Place in the answer, from 0. */
  readonly index: number;
  /** Absent where the claimed answer ends before it. */
  readonly claimed?: ReadToken;
  /** Absent where the model's answer ends before it. */
  readonly computed?: ReadToken;
  /** Logit of the computed token less that of the claimed one, after penalties and bias. */
  readonly margin?: number;
}

/** A difference in tokens as evidence and people read it. */
export function readDifference(
  choice: number,
  { index, claimed, computed, margin }: TokenDifference,
  tokenizer: Tokenizer,
): AnswerDifference {
  const read = (token: number): ReadToken =>
    token < tokenizer.vocabulary ? { token, text: textOf(token, tokenizer) } : { token };
  return {
    choice,
    index,
    ...(claimed === undefined ? {} : { claimed: read(claimed) }),
    ...(computed === undefined ? {} : { computed: read(computed) }),
    ...(margin === undefined ? {} : { margin }),
  };
}

/** What a token says; of a control token, or a part of a character, what its entry in the vocabulary reads. */
function textOf(token: number, tokenizer: Tokenizer): string {
  const said = new TextDecoder().decode(tokenizer.bytes(token));
  return said === '' || said.includes('\uFFFD') ? tokenizer.text(token) : said;
}
