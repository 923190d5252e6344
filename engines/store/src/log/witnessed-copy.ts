import { type Note, readCheckpoint, serializeNote } from '@isobit/log';

/** The newest cosigned copy of a checkpoint of a log. */
export interface WitnessedCopy {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** `note` where it is of this log and not older than `known`, else `known`. @param upTo size of the log */
export function newerCopy(
  known: WitnessedCopy | undefined,
  note: Note,
  origin: string,
  upTo: number,
): WitnessedCopy | undefined {
  const bytes = serializeNote(note);
  const { checkpoint } = readCheckpoint(bytes);
  const usable =
    checkpoint.origin === origin && checkpoint.size <= upTo && checkpoint.size >= (known?.size ?? 0);
  return usable ? { size: checkpoint.size, bytes } : known;
}

/** The copy that the run before published; one that cannot be read is dropped, since witnesses give another. */
export function publishedCopy(
  bytes: Uint8Array | undefined,
  origin: string,
  upTo: number,
): WitnessedCopy | undefined {
  try {
    return bytes && newerCopy(undefined, readCheckpoint(bytes).note, origin, upTo);
  } catch {
    return undefined;
  }
}
