import { fromUtf8, utf8 } from '@isobit/core';
import { decodeEvidence, encodeEvidence } from '@isobit/receipt';
import { readCard } from '../src/judging/card.ts';
import { pictureOf } from '../src/judging/picture.ts';
import { summarize } from '../src/judging/summary.ts';
import { digits } from './digits.ts';
import { nonsense } from './nonsense.ts';

const evidence = await digits();
const text = await nonsense();
const { manifest } = evidence.manifest as NonNullable<typeof evidence.manifest>;

/** What the page makes of strangers' evidence before anybody has judged it. */
export const targets = {
  summary: {
    run: (bytes: Uint8Array) => summarize(decodeEvidence(bytes), manifest),
    seeds: () => [
      encodeEvidence(evidence),
      encodeEvidence(text),
      encodeEvidence({ isobit: 'evidence/1', receipt: evidence.receipt }),
    ],
  },
  card: {
    run(bytes: Uint8Array) {
      const { image } = readCard(jsonOf(bytes));
      return (
        image &&
        pictureOf([{ name: image.input, datatype: 'FP32', shape: [3], data: bytes.slice(0, 12) }], image)
      );
    },
    seeds: () => [utf8(JSON.stringify(manifest.card))],
  },
};

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
