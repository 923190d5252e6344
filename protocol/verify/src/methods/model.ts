import { isCoded } from '@isobit/core';
import { hasWeights, type Manifest, openManifest } from '@isobit/model';
import type { Evidence } from '@isobit/receipt';
import { refuted, unchecked, verified } from '../claim.ts';
import type { Claim } from '../verdict.ts';

const described = ({ title, publisher, format }: Manifest): string =>
  hasWeights(format)
    ? `"${title}", published by ${publisher}`
    : `what a server behind ${publisher} calls "${title}"; its bytes are unknown, so nobody can run it again`;

/** The manifest shown is the one the receipt names, signed by its publisher. */
export function checkModel({ receipt, manifest: signed }: Evidence): { claim: Claim; manifest?: Manifest } {
  if (!signed)
    return {
      claim: unchecked(
        'model',
        'not-disclosed',
        `the receipt names ${receipt.model}; its manifest is not disclosed`,
      ),
    };
  try {
    const { manifest, id } = openManifest(signed);
    if (id !== receipt.model)
      return {
        claim: refuted(
          'model',
          'digest',
          'manifest',
          `the manifest shown has the id ${id}, the receipt names ${receipt.model}`,
        ),
      };
    return {
      claim: verified('model', 'digest', described(manifest)),
      manifest,
    };
  } catch (error) {
    if (!isCoded(error)) throw error;
    return {
      claim: refuted(
        'model',
        'digest',
        error.code === 'DOCUMENT_UNKNOWN_VERSION' ? 'unknown-version' : 'manifest',
        error.message,
      ),
    };
  }
}
