import { tokenKinds } from './definition.ts';

/** What published models call the tokens that end an answer, a turn or a message; files often name one of them only. */
const ENDS = new Set([
  '</s>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<end_of_turn>',
  '<|return|>',
  '<|call|>',
  '<EOT>',
  '[EOT]',
  '<｜end▁of▁sentence｜>',
  '<end_of_utterance>',
  '<|fim_pad|>',
  '<|fim_repo|>',
  '<|repo_name|>',
  '<|file_sep|>',
]);

/**
 * Tokens that end an answer: those named, and control and defined ones that read as one. Defined ones
 * are control tokens from then on: some files give them the wrong kind.
 */
export function endsOf({
  tokens,
  kinds,
  named,
}: {
  tokens: readonly string[];
  kinds: Uint8Array;
  named: readonly number[];
}): { ends: readonly number[]; kinds: Uint8Array } {
  const ends = new Set(named);
  const { control, defined } = tokenKinds;
  for (const [id, text] of tokens.entries())
    if ((kinds[id] === control || kinds[id] === defined) && ENDS.has(text)) ends.add(id);
  const changed = kinds.slice();
  for (const id of ends) if (kinds[id] === defined) changed[id] = control;
  return { ends: [...ends].sort((a, b) => a - b), kinds: changed };
}
