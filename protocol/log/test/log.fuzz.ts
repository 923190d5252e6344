import { noteKey, utf8 } from '@isobit/core';
import {
  cosignatureTime,
  createCosigner,
  decodeBundle,
  decodeTile,
  formatAddCheckpoint,
  formatVkey,
  logKeyDocument,
  openLogKey,
  parseAddCheckpoint,
  parseConflict,
  parseCosignatures,
  parseNote,
  parseTilePath,
  readCheckpoint,
  serializeNote,
  signLogKey,
  verifierOf,
  verifierOfOrigin,
  verifyNote,
  witnessName,
} from '@isobit/log';
import { buildLog, eip712Signer, logSigner, node, someEntries, witness } from './build-log.ts';

const { files, root } = buildLog(someEntries(300));
const checkpoint = () => files.get('checkpoint') as Uint8Array;
const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 4096));
const keys = [verifierOf(logSigner.vkey), verifierOf(eip712Signer.vkey), verifierOf(witness.vkey)];

const ownWitness = createCosigner(witnessName(node.address), noteKey(new Uint8Array(32).fill(6)));

/** Every decoder of this package that reads a stranger's bytes: each may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  note: {
    run(bytes) {
      const note = parseNote(bytes);
      if (serializeNote(note).length !== bytes.length)
        throw new Error('a note was read that writes other bytes');
      return verifyNote(note, keys);
    },
    seeds: () => [checkpoint()],
  },
  checkpoint: {
    run(bytes) {
      const { checkpoint, note } = readCheckpoint(bytes);
      const typed = verifierOfOrigin(checkpoint.origin);
      return verifyNote(note, typed ? [typed] : []);
    },
    seeds: () => [checkpoint()],
  },
  vkey: {
    run: (bytes) => verifierOf(latin(bytes)),
    seeds: () => [logSigner, eip712Signer, witness].map(({ vkey }) => utf8(formatVkey(vkey))),
  },
  'tile-path': { run: (bytes) => parseTilePath(latin(bytes)), seeds: () => [...files.keys()].map(utf8) },
  tile: {
    run: (bytes) => decodeTile(bytes, Math.max(1, bytes.length >> 5)),
    seeds: () => [files.get('tile/0/000') as Uint8Array],
  },
  bundle: {
    run: (bytes) => decodeBundle(bytes, 256),
    seeds: () => [files.get('tile/entries/000') as Uint8Array],
  },
  'add-checkpoint': {
    run: parseAddCheckpoint,
    seeds: () => [formatAddCheckpoint(3, [root, root], checkpoint())],
  },
  'witness-answer': {
    run(bytes) {
      for (const line of parseCosignatures(bytes)) cosignatureTime(line.signature);
    },
    seeds: () => [utf8('— a AAAAAAA=\n')],
  },
  'witness-conflict': { run: parseConflict, seeds: () => [utf8('17\n')] },
  'log-key': {
    run: (bytes) => openLogKey(logKeyDocument.decode(bytes)),
    seeds: () => [logKeyDocument.encode(signLogKey(node, { log: logSigner.vkey, witness: ownWitness.vkey }))],
  },
};
