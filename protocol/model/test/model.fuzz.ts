import { cidOf, decodeJson, encodeCanonical, equalBytes, limits, utf8 } from '@isobit/core';
import {
  isModelPath,
  manifestKind,
  nameRecordKind,
  openManifest,
  openName,
  parseRef,
  signManifest,
  signName,
} from '@isobit/model';
import { alice, manifest, record } from './samples.ts';

const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 4_096));
const json = (bytes: Uint8Array) => decodeJson(bytes, limits.documentBytes);

/** Every decoder of this package that reads a stranger's bytes: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  manifest: {
    run(bytes) {
      if (!equalBytes(manifestKind.encode(manifestKind.decode(bytes)), bytes))
        throw new Error('a manifest was read that writes other bytes');
    },
    seeds: () => [
      encodeCanonical(manifest),
      encodeCanonical({ ...manifest, card: { a: [1, null] }, parent: record.model }),
    ],
  },
  'signed-manifest': {
    run: (bytes) => openManifest(json(bytes)),
    seeds: () => [encodeCanonical(signManifest(manifest, alice))],
  },
  name: {
    run(bytes) {
      if (!equalBytes(nameRecordKind.encode(nameRecordKind.decode(bytes)), bytes))
        throw new Error('a name was read that writes other bytes');
    },
    seeds: () => [encodeCanonical(record)],
  },
  'signed-name': {
    run: (bytes) => openName(json(bytes)),
    seeds: () => [encodeCanonical(signName(record, alice))],
  },
  reference: {
    run: (bytes) => parseRef(latin(bytes)),
    seeds: () => [`${alice.address}/digits:2`, 'alice/digits', cidOf(utf8('{}'))].map(utf8),
  },
  path: {
    run(bytes) {
      const path = latin(bytes);
      if (isModelPath(path) && path.split('/').includes('..'))
        throw new Error('a path that climbs was taken');
    },
    seeds: () => ['a/b.onnx', '../a', 'a\\b'].map(utf8),
  },
};
