import type { Checked, LoadedModel } from '@isobit/exact';
import { ofKind, type Request, type Response, type TextPiece } from '@isobit/receipt';

export interface DrawOptions {
  readonly signal?: AbortSignal;
  /** Told of what the model gives too, as it comes. */
  readonly onConfirmed: (piece: Pick<TextPiece, 'choice' | 'text'> & { readonly tokens: number }) => void;
}

/**
 * Compares a text with what a model gives as `LoadedModel.check` does, but by answering anew: slower, and each token can
 * be watched. Where one parts from the evidence, it stops, and the model says how.
 *
 * @throws CodedError as `LoadedModel.execute`
 */
export async function drawAgain(
  model: LoadedModel & Required<Pick<LoadedModel, 'check'>>,
  request: Request,
  claimed: Response,
  { signal, onConfirmed }: DrawOptions,
): Promise<Checked> {
  const answers = ofKind(claimed, 'text').choices.map(({ tokens }) => tokens);
  const same = answers.map(() => 0);
  const parted = new AbortController();
  const agrees = ({ choice, tokens }: TextPiece): boolean =>
    tokens.every((token) => {
      const at = same[choice] ?? 0;
      same[choice] = at + 1;
      return answers[choice]?.[at] === token;
    });
  try {
    const { response } = await model.execute(request, {
      signal: signal ? AbortSignal.any([signal, parted.signal]) : parted.signal,
      onPiece(piece) {
        if (parted.signal.aborted) return;
        if (!agrees(piece)) parted.abort();
        else onConfirmed({ choice: piece.choice, tokens: piece.tokens.length, text: piece.text });
      },
    });
    if (!parted.signal.aborted && answers.every((tokens, choice) => tokens.length === same[choice]))
      return { response };
  } catch (error) {
    if (!parted.signal.aborted) throw error;
  }
  return model.check(request, claimed, signal ? { signal } : {});
}
