import { fromHex, toHex } from '@isobit/core';
import { blockCount, blockRoot, joinLeaves, openLeaves } from '@isobit/model';

const leaf = new Uint8Array(32).fill(1);
const list = joinLeaves([leaf, leaf, leaf]);
const root = blockRoot([leaf, leaf, leaf]);

export const targets = {
  /** A leaf list, and before it 8 bytes of which a size is made. */
  leafList: {
    run(bytes: Uint8Array): unknown {
      const size = Number(BigInt.asUintN(43, BigInt(`0x0${toHex(bytes.subarray(0, 8))}`)));
      return openLeaves(bytes.subarray(8), root, size).length === blockCount(size);
    },
    seeds: (): Uint8Array[] => [
      Buffer.concat([fromHex('0000000000280000'), list]),
      new Uint8Array(8),
      new Uint8Array(0),
    ],
  },
};
