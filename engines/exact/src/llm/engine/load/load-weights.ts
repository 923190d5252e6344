import type { Kernels } from '@isobit/kernels';
import { exactError, throwIfAborted } from '../../../errors.ts';
import { unpackFloats } from '../../reference/weights/unpack.ts';
import type { FloatType } from '../../reference/weights/weight-type.ts';
import type { Machine } from '../memory/machine.ts';
import type { Placement } from '../memory/place-tensors.ts';
import { inFileOrder, type StreamedModel } from './streamed-model.ts';

/** Bytes of a tensor that are read at once: large enough for any source, small beside any model. */
const PIECE = 1024 * 1024;
/** Rows that the kernels pack together. */
const PANEL = 8;

/** Where pieces lie before they are packed, and what packing needs beside. */
export interface LoadBuffers {
  readonly piece: number;
  readonly scratch: number;
}

interface Piece {
  readonly firstRow: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

const rowBytes = ({ tensor, rows }: Placement): number => tensor.bytes / rows;

const rowsAtOnce = (placement: Placement): number =>
  Math.max(PANEL, Math.floor(PIECE / rowBytes(placement) / PANEL) * PANEL);

/** Bytes that `LoadBuffers` need for these tensors. */
export const loadBytes = (
  placements: readonly Placement[],
  kernels: Pick<Kernels, 'scratchBytes'>,
): { piece: number; scratch: number } => ({
  piece: placements.reduce((most, each) => Math.max(most, rowsAtOnce(each) * rowBytes(each)), 0),
  scratch: placements.reduce((most, { columns }) => Math.max(most, kernels.scratchBytes(columns)), 0),
});

function* piecesOf(placement: Placement): Generator<Piece> {
  const bytes = rowBytes(placement);
  const step = rowsAtOnce(placement);
  for (let firstRow = 0; firstRow < placement.rows; firstRow += step) {
    const count = Math.min(step, placement.rows - firstRow);
    yield { firstRow, count, from: firstRow * bytes, to: (firstRow + count) * bytes };
  }
}

/**
 * Reads tensors in the file's order and packs each piece as it arrives.
 *
 * @throws CodedError `MODEL_WEIGHTS` a weight or scale is infinite or NaN; `RUN_ABORTED`; of the source
 */
export async function loadWeights(options: {
  readonly model: StreamedModel;
  readonly placements: readonly Placement[];
  readonly machine: Machine;
  readonly buffers: LoadBuffers;
  readonly signal?: AbortSignal;
}): Promise<void> {
  const { model, machine, buffers, signal } = options;
  for (const placement of inFileOrder(options.placements)) {
    const { tensor, vector } = placement;
    for (const piece of piecesOf(placement)) {
      throwIfAborted(signal, 'loading the model');
      const bytes = await model.read(tensor.name, piece.from, piece.to, signal);
      const bad = vector
        ? takeFloats(machine, placement, bytes)
        : pack(machine, placement, piece, bytes, buffers);
      if (bad < 0) continue;
      throw exactError(
        'MODEL_WEIGHTS',
        `row ${bad} of ${tensor.name} holds a weight or scale that is infinite or NaN: the file is damaged or hostile`,
        { tensor: tensor.name, row: bad },
      );
    }
  }
}

/** Packs a piece; gives the first row that is not finite, or -1. */
function pack(
  { kernels, bytes: memory }: Machine,
  { type, rows, columns, at }: Placement,
  { firstRow, count }: Piece,
  bytes: Uint8Array,
  { piece, scratch }: LoadBuffers,
): number {
  memory.set(bytes, piece);
  return kernels.pack(type, piece, at, rows, columns, firstRow, count, scratch);
}

/** A vector as floats; gives 0 where one is not finite, or -1. */
function takeFloats({ floats }: Machine, { tensor, at }: Placement, bytes: Uint8Array): number {
  const values = unpackFloats(tensor.type as FloatType, bytes);
  floats.set(values, at / 4);
  return values.every(Number.isFinite) ? -1 : 0;
}
