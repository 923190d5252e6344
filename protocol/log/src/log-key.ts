import {
  documentKind,
  encodeCanonical,
  field,
  type NodeKey,
  recoverStatement,
  signStatement,
} from '@isobit/core';
import * as v from 'valibot';
import { logError } from './errors.ts';
import type { NoteVerifier } from './note.ts';
import { logOrigin, witnessName } from './origin.ts';
import { typedVkey } from './typed-signature.ts';
import { verifierOf } from './verifier.ts';
import { formatVkey, signatureType, type Vkey } from './vkey.ts';

const KIND = 'log-key/1';
const vkeyText = v.pipe(v.string(), v.maxBytes(1024));

/** Binds a node's address to its log and witness keys (specs/log.md section 5). */
const schema = v.strictObject({
  isobit: v.literal(KIND),
  /** The node. */
  address: field.address,
  /** Its log's vkey: type 0x01, named by `logOrigin(address)`. */
  log: vkeyText,
  /** Its witness's vkey: type 0x04, named by `witnessName(address)`. */
  witness: vkeyText,
  /** Signature of the node key over the document's digest without this member. */
  signature: field.signature,
});

export type LogKeyDocument = v.InferOutput<typeof schema>;

export const logKeyDocument = documentKind(KIND, schema);

/** What the signature covers: the digest of the document without its `signature`. */
const signedDigest = ({
  signature: _,
  ...signed
}: Omit<LogKeyDocument, 'signature'> & { signature?: string }): Uint8Array =>
  logKeyDocument.digestOfBytes(encodeCanonical(signed));

/** Signs the binding of a node's keys. @param log and `witness` as `ed25519Signer(...).vkey` and `createCosigner(...).vkey` */
export function signLogKey(
  node: NodeKey,
  keys: { readonly log: Vkey; readonly witness: Vkey },
): LogKeyDocument {
  const unsigned = {
    isobit: KIND,
    address: node.address,
    log: formatVkey(keys.log),
    witness: formatVkey(keys.witness),
  } as const;
  const document = { ...unsigned, signature: signStatement(node, KIND, signedDigest(unsigned)) };
  openLogKey(document);
  return document;
}

/** The keys of a node that a reader may trust as far as it trusts the node's address. */
export interface NodeLogKeys {
  readonly address: string;
  readonly origin: string;
  /** The two signatures that each of its checkpoints carries: Ed25519 and EIP-712. */
  readonly log: NoteVerifier;
  readonly typed: NoteVerifier;
  /** Its cosignatures of other nodes' logs. */
  readonly witness: NoteVerifier;
}

/**
 * Verifies a log-key document. Pure: no clock, since a binding has no end; rotating a key means another address.
 *
 * @throws CodedError `LOG_KEY_INVALID`, `VKEY_INVALID`, `VKEY_UNKNOWN_TYPE`
 */
export function openLogKey(document: LogKeyDocument): NodeLogKeys {
  const { address } = document;
  const log = verifierOf(document.log);
  const witness = verifierOf(document.witness);
  const origin = logOrigin(address);
  const refuse = (why: string): never => {
    throw logError('LOG_KEY_INVALID', `the log keys of ${address} are not to be used: ${why}`, { address });
  };
  if (log.type !== signatureType.ed25519 || log.name !== origin)
    refuse(`the log key must be of type 1 and named ${origin}`);
  if (witness.type !== signatureType.cosignature || witness.name !== witnessName(address)) {
    refuse(`the witness key must be of type 4 and named ${witnessName(address)}`);
  }
  if (recoverStatement(KIND, signedDigest(document), document.signature) !== address)
    refuse('they are not signed by that address');
  return { address, origin, log, witness, typed: verifierOf(typedVkey(origin, address)) };
}
