import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { emptyRoot, fromUtf8, leafHash, merkleRoot, noteKey, toBase64, toHex, utf8 } from '@isobit/core';
import {
  createCosigner,
  encodeBundle,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVkey,
  proveConsistency,
  proveInclusion,
  serializeNote,
  signCheckpoint,
  signLogKey,
  signNote,
  tilePath,
  typedVkey,
  withSignatures,
  witnessName,
} from '@isobit/log';
import { repositoryPath } from '@isobit/testing';
import {
  buildLog,
  eip712Signer,
  logSigner,
  node,
  origin,
  someEntries,
  tileReader,
  witness,
} from './build-log.ts';

/** Writes specs/vectors/log. Run it after a change of specs/log.md: `node protocol/log/test/make-vectors.ts`. */

const SIZE = 300;
const TIME = 1_700_000_000;
const keys = {
  log: formatVkey(logSigner.vkey),
  typed: formatVkey(eip712Signer.vkey),
  witness: formatVkey(witness.vkey),
};
const { files } = buildLog(someEntries(SIZE));
const leaves = someEntries(SIZE).map(leafHash);
const read = tileReader(files, SIZE);
const hashes = (path: readonly Uint8Array[]) => path.map(toBase64);
const checkpointAt = (size: number, root = merkleRoot(leaves.slice(0, size))) => ({
  origin,
  size,
  root,
  extensions: [] as string[],
});
const signedAt = (size: number, root?: Uint8Array) =>
  fromUtf8(signCheckpoint(checkpointAt(size, root), [logSigner, eip712Signer]));
const textOf = (map: Map<string, Uint8Array>) =>
  Object.fromEntries([...map].map(([path, bytes]) => [path, toBase64(bytes)]));

async function inclusion(index: number, size: number) {
  const proof = hashes(await proveInclusion(index, size, read));
  return {
    kind: 'inclusion',
    index,
    size,
    leaf: toBase64(leaves[index] as Uint8Array),
    root: toBase64(merkleRoot(leaves.slice(0, size))),
    proof,
  };
}

async function consistency(from: number, to: number) {
  const [fromRoot, toRoot] = [from, to].map((size) => toBase64(merkleRoot(leaves.slice(0, size))));
  return {
    kind: 'consistency',
    from,
    to,
    fromRoot,
    toRoot,
    proof: hashes(await proveConsistency(from, to, read)),
  };
}

async function request(old: number, size: number, note = signedAt(size), proof?: readonly Uint8Array[]) {
  return fromUtf8(formatAddCheckpoint(old, proof ?? (await proveConsistency(old, size, read)), utf8(note)));
}

const seen = (size: number) => ({ size, root: toBase64(merkleRoot(leaves.slice(0, size))) });

export async function makeVectors(): Promise<Record<string, unknown>> {
  const text = formatCheckpoint(checkpointAt(SIZE));
  const cosigned = fromUtf8(
    serializeNote(withSignatures(signNote(text, [logSigner, eip712Signer]), [witness.cosign(text, TIME)])),
  );
  const flipped = (path: string) => {
    const copy = new Map(files);
    copy.set(
      path,
      (files.get(path) as Uint8Array).map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    );
    return textOf(copy);
  };
  const without = (path: string) => textOf(new Map([...files].filter(([at]) => at !== path)));
  const ownWitness = createCosigner(witnessName(node.address), noteKey(new Uint8Array(32).fill(6)));
  const logKey = signLogKey(node, { log: logSigner.vkey, witness: ownWitness.vkey });
  const note = signedAt(SIZE);
  const path = (description: string, path: string, tile: unknown) => ({
    description,
    kind: 'tile-path',
    text: path,
    ...(tile ? { expected: tile } : { error: 'none' }),
  });
  const verify = (description: string, keys: string[], note: string, expect: object) => ({
    description,
    kind: 'note',
    text: note,
    keys,
    ...('error' in expect ? expect : { expected: expect }),
  });
  const fork = leafHash(utf8('fork'));
  return {
    'valid/note-log-key': verify("a checkpoint's line of type 0x01", [keys.log], note, {
      verified: [keys.log],
    }),
    'valid/note-eip712': verify(
      "a checkpoint's line of type 0xff isobit/checkpoint-eip712/1",
      [keys.typed],
      note,
      { verified: [keys.typed] },
    ),
    'valid/note-cosigned': verify(
      'a cosigned checkpoint; a reader of one key ignores the other lines',
      [keys.witness],
      cosigned,
      { verified: [keys.witness], time: TIME },
    ),
    'valid/note-unknown-type': verify(
      'a line of a key and type that the reader does not know changes nothing',
      [keys.log],
      `${note}— example.com/future /v///wECAwQF\n`,
      { verified: [keys.log] },
    ),
    'valid/checkpoint-empty': {
      description: 'the checkpoint of the empty log',
      kind: 'checkpoint',
      text: formatCheckpoint(checkpointAt(0, emptyRoot())),
      expected: { origin, size: 0, root: toBase64(emptyRoot()) },
    },
    'valid/checkpoint-300': {
      description: 'a checkpoint of 300 entries',
      kind: 'checkpoint',
      text,
      expected: { origin, size: SIZE, root: toBase64(checkpointAt(SIZE).root) },
    },
    'valid/vkey-typed': {
      description: "the EIP-712 line's key: identifier and address after 0xff",
      kind: 'vkey',
      text: keys.typed,
      expected: { name: origin, type: 255, publicKey: toHex(typedVkey(origin, node.address).publicKey) },
    },
    'valid/log-key': {
      description: 'a node key signs its log and witness keys',
      kind: 'log-key',
      document: logKey,
      expected: { address: node.address, origin },
    },
    'valid/bundle': {
      description: 'three entries, one empty',
      kind: 'bundle',
      hex: toHex(encodeBundle([utf8('a'), utf8(''), utf8('bc')])),
      width: 3,
      expected: { entries: ['61', '', '6263'] },
    },
    'valid/tile-path-partial': path('a partial tile', tilePath({ level: 1, index: 1_234_067, width: 7 }), {
      level: 1,
      index: 1_234_067,
      width: 7,
    }),
    'valid/tile-path-entries': path('a full bundle', 'tile/entries/000', {
      level: 'entries',
      index: 0,
      width: 256,
    }),
    'valid/inclusion-first': { description: 'the first entry of 300', ...(await inclusion(0, SIZE)) },
    'valid/inclusion-last': {
      description: 'the last entry, in the partial tile',
      ...(await inclusion(299, SIZE)),
    },
    'valid/inclusion-of-one': {
      description: 'a tree of one entry has an empty proof',
      ...(await inclusion(0, 1)),
    },
    'valid/consistency-grown': { description: 'from 100 entries to 300', ...(await consistency(100, SIZE)) },
    'valid/consistency-full-tile': { description: 'from a full tile', ...(await consistency(256, SIZE)) },
    'valid/add-checkpoint-first': {
      description: 'the first checkpoint of a log that a witness meets',
      kind: 'add-checkpoint',
      text: await request(0, 100),
      keys: [keys.log, keys.typed],
      seen: null,
      expected: { status: 200 },
    },
    'valid/add-checkpoint-next': {
      description: 'a log that grew',
      kind: 'add-checkpoint',
      text: await request(100, SIZE),
      keys: [keys.log],
      seen: seen(100),
      expected: { status: 200 },
    },
    'valid/add-checkpoint-again': {
      description: 'the same checkpoint once more, for a fresh time',
      kind: 'add-checkpoint',
      text: await request(SIZE, SIZE),
      keys: [keys.log],
      seen: seen(SIZE),
      expected: { status: 200 },
    },
    'valid/log': {
      description: 'public files of a log of 300 entries, with its audit',
      kind: 'log',
      keys: [keys.log, keys.typed],
      origin,
      files: textOf(files),
      expected: [],
    },

    'invalid/note-changed-text': verify(
      'one digit of the size changed',
      [keys.log],
      note.replace('\n300\n', '\n301\n'),
      { reason: 'bad-signature' },
    ),
    'invalid/note-eip712-changed-text': verify(
      'one digit of the size changed',
      [keys.typed],
      note.replace('\n300\n', '\n301\n'),
      { reason: 'bad-signature' },
    ),
    'invalid/note-unsigned': verify('no line of a known key', [keys.witness], note, { reason: 'unsigned' }),
    'invalid/note-control': verify('a carriage return', [keys.log], note.replace('\n', '\r\n'), {
      error: 'NOTE_INVALID',
    }),
    'invalid/note-no-signature': verify('no signature line', [keys.log], `${text}\n`, {
      error: 'NOTE_INVALID',
    }),
    'invalid/note-base64': verify(
      'stray bits in the base64 of a signature',
      [keys.log],
      'text\n\n— a AAAAAAB=\n',
      { error: 'NOTE_INVALID' },
    ),
    'invalid/checkpoint-leading-zero': {
      description: 'a size with a leading zero',
      kind: 'checkpoint',
      text: text.replace('\n300\n', '\n0300\n'),
      error: 'CHECKPOINT_INVALID',
    },
    'invalid/checkpoint-size': {
      description: 'a size of 2^53',
      kind: 'checkpoint',
      text: text.replace('\n300\n', '\n9007199254740992\n'),
      error: 'CHECKPOINT_INVALID',
    },
    'invalid/checkpoint-root': {
      description: 'a root of 31 bytes',
      kind: 'checkpoint',
      text: `${origin}\n1\n${toBase64(new Uint8Array(31))}\n`,
      error: 'CHECKPOINT_INVALID',
    },
    'invalid/vkey-id': {
      description: 'an id that is not that of the key',
      kind: 'vkey',
      text: keys.log.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      error: 'VKEY_INVALID',
    },
    'invalid/vkey-type': {
      description: 'an ECDSA key, which Isobit does not read',
      kind: 'vkey',
      text: 'example.com/x+00000000+AgEC',
      error: 'VKEY_UNKNOWN_TYPE',
    },
    'invalid/log-key-signature': {
      description: 'signed by another key than its address',
      kind: 'log-key',
      document: { ...logKey, log: keys.log.replace(node.address, `0x${'0'.repeat(40)}`) },
      error: 'VKEY_INVALID',
    },
    'invalid/log-key-swapped': {
      description: 'the witness key of another node',
      kind: 'log-key',
      document: { ...logKey, witness: keys.witness },
      error: 'LOG_KEY_INVALID',
    },
    'invalid/log-key-version': {
      description: 'a higher version',
      kind: 'log-key',
      document: { ...logKey, isobit: 'log-key/2' },
      error: 'DOCUMENT_UNKNOWN_VERSION',
    },
    'invalid/bundle-truncated': {
      description: 'an entry that ends early',
      kind: 'bundle',
      hex: '00036162',
      width: 1,
      error: 'BUNDLE_INVALID',
    },
    'invalid/bundle-trailing': {
      description: 'a byte after the last entry',
      kind: 'bundle',
      hex: '00016100',
      width: 1,
      error: 'BUNDLE_INVALID',
    },
    'invalid/tile-path-full-partial': path('a partial tile of full width', 'tile/0/000.p/256', null),
    'invalid/tile-path-padding': path('a path with needless groups', 'tile/0/x000/001', null),
    'invalid/inclusion-other-index': {
      description: 'a proof for its neighbour',
      ...(await inclusion(7, SIZE)),
      index: 6,
      error: 'none',
    },
    'invalid/inclusion-other-size': {
      description: 'a proof for another size',
      ...(await inclusion(7, SIZE)),
      size: 100,
      error: 'none',
    },
    'invalid/consistency-fork': {
      description: 'from a root that was never this log’s',
      ...(await consistency(100, SIZE)),
      fromRoot: toBase64(fork),
      error: 'none',
    },
    'invalid/add-checkpoint-behind': {
      description: 'the witness saw more: 409 with its size',
      kind: 'add-checkpoint',
      text: await request(100, 100),
      keys: [keys.log],
      seen: seen(SIZE),
      expected: { status: 409, size: SIZE },
    },
    'invalid/add-checkpoint-two-faces': {
      description: 'the cosigned size with another root',
      kind: 'add-checkpoint',
      text: await request(SIZE, SIZE, signedAt(SIZE, fork), []),
      keys: [keys.log],
      seen: seen(SIZE),
      expected: { status: 422, reason: 'ROOT_CHANGED' },
    },
    'invalid/add-checkpoint-fork': {
      description: 'a proof that does not lead there',
      kind: 'add-checkpoint',
      text: await request(100, SIZE, signedAt(SIZE, fork)),
      keys: [keys.log],
      seen: seen(100),
      expected: { status: 422, reason: 'PROOF_INVALID' },
    },
    'invalid/add-checkpoint-unsigned': {
      description: 'signed by a key the witness does not know',
      kind: 'add-checkpoint',
      text: await request(0, 100),
      keys: [keys.witness],
      seen: null,
      expected: { status: 403, reason: 'NOT_SIGNED_BY_LOG' },
    },
    'invalid/add-checkpoint-unknown': {
      description: 'an origin the witness does not know',
      kind: 'add-checkpoint',
      text: await request(0, 100),
      keys: [],
      seen: null,
      expected: { status: 404, reason: 'UNKNOWN_ORIGIN' },
    },
    'invalid/add-checkpoint-old-size': {
      description: 'an old size beyond the checkpoint',
      kind: 'add-checkpoint',
      text: await request(101, 100, signedAt(100), []),
      keys: [keys.log],
      seen: seen(101),
      expected: { status: 400, reason: 'OLD_SIZE_TOO_LARGE' },
    },
    'invalid/add-checkpoint-malformed': {
      description: 'no old size',
      kind: 'add-checkpoint',
      text: (await request(0, 100)).slice(6),
      keys: [keys.log],
      seen: null,
      expected: { status: 400, reason: 'MALFORMED' },
    },
    'invalid/log-entry': {
      description: 'one bit of an entry changed',
      kind: 'log',
      keys: [keys.log],
      origin,
      files: flipped('tile/entries/000'),
      expected: [{ code: 'ENTRY_MISMATCH', path: 'tile/entries/000', entry: 3 }],
    },
    'invalid/log-tile': {
      description: 'one bit of a level-1 hash changed',
      kind: 'log',
      keys: [keys.log],
      origin,
      files: { ...textOf(files), 'tile/1/000.p/1': toBase64(new Uint8Array(32)) },
      expected: [{ code: 'TILE_MISMATCH', path: 'tile/1/000.p/1', slot: 0 }],
    },
    'invalid/log-missing': {
      description: 'a tile is not there',
      kind: 'log',
      keys: [keys.log],
      origin,
      files: without('tile/0/001.p/44'),
      expected: [{ code: 'TILE_MISSING', path: 'tile/0/001.p/44' }],
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, vector] of Object.entries(await makeVectors())) {
    const file = join(repositoryPath('specs/vectors/log'), `${name}.json`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(vector, null, 2)}\n`);
  }
}
