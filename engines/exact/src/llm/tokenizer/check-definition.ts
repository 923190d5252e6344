import { utf8 } from '@isobit/core';
import type { Algorithm, TokenizerDefinition } from './definition.ts';
import { tokenizerLimits } from './limits.ts';
import { isPreTokenizer } from './pre-tokenizer/pre-tokenizers.ts';
import { invalid, tooLarge, unsupported } from './vocabulary.ts';

/**
 * Sizes and ids of a definition. What its entries say is checked where they are indexed.
 *
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`, `TOKENIZER_LIMIT`
 */
export function checkDefinition(definition: TokenizerDefinition): void {
  const { tokens, kinds, algorithm, preTokenizer, strips } = definition;
  const { tokens: most, tokenBytes } = tokenizerLimits;
  if (tokens.length === 0) throw invalid('its vocabulary is empty');
  if (tokens.length > most) throw tooLarge(`the vocabulary has ${tokens.length} tokens, more than ${most}`);
  if (kinds.length !== tokens.length) throw invalid(`${kinds.length} kinds for ${tokens.length} tokens`);
  for (const [id, text] of tokens.entries())
    if (text.length * 3 > tokenBytes && utf8(text).length > tokenBytes)
      throw tooLarge(`token ${id} has more than ${tokenBytes} bytes`, { token: id });
  const kind = kinds.findIndex((each) => each < 1 || each > 6);
  if (kind >= 0) throw invalid(`token ${kind} has a kind of its own, ${kinds[kind]}`, { token: kind });
  if (!isPreTokenizer(preTokenizer))
    throw unsupported(`the tokenizer has the pre-tokenizer ${JSON.stringify(preTokenizer)}`);
  const ids = [
    ['unknown', definition.unknown],
    ['bos', definition.bos],
    ['eos', definition.eos],
    ['begin', definition.begin],
    ['end', definition.end],
    ...definition.ends.map((id) => ['end', id] as const),
    ...strips.map(({ token }) => ['strip', token] as const),
  ] as const;
  for (const [name, id] of ids) if (id !== undefined) checkId(name, id, tokens.length);
  checkAlgorithm(algorithm, tokens.length);
}

function checkId(name: string, id: number, vocabulary: number): void {
  if (Number.isInteger(id) && id >= 0 && id < vocabulary) return;
  throw invalid(`its ${name} token is ${id}, and it has ${vocabulary} tokens`, { name, id });
}

function checkAlgorithm(algorithm: Algorithm, vocabulary: number): void {
  if (algorithm.kind === 'byte-pairs') {
    const { merges } = algorithm;
    if (merges.length / 2 > tokenizerLimits.merges)
      throw tooLarge(`the tokenizer has ${merges.length / 2} merges, more than ${tokenizerLimits.merges}`);
    for (const id of merges) checkId('merged', id, vocabulary);
  } else if (algorithm.kind !== 'word-pieces') {
    const { scores } = algorithm;
    if (scores.length !== vocabulary) throw invalid(`${scores.length} scores for ${vocabulary} tokens`);
    const wrong = scores.findIndex((score) => !Number.isFinite(score));
    if (wrong >= 0) throw invalid(`the score of token ${wrong} is ${scores[wrong]}`, { token: wrong });
  }
}
