import { fromHex, isHex32, toHex } from './bytes.ts';
import { hashStruct, type StructType, typedDataDigest } from './eip712.ts';
import { addressOf, type NodeKey, recoverPublicKey } from './keys.ts';

/** What a key signs about a document that is not a receipt or a checkpoint (specs/canonical.md section 6). */
const STATEMENT: StructType = {
  name: 'Statement',
  fields: [
    { name: 'kind', type: 'string' },
    { name: 'digest', type: 'bytes32' },
  ],
};

const statementDigest = (kind: string, digest: Uint8Array): Uint8Array =>
  typedDataDigest(hashStruct(STATEMENT, { kind, digest }));

/** Signature (130 hex characters) over a document's digest. `kind` is the document's `<kind>/<version>`. */
export const signStatement = (key: NodeKey, kind: string, digest: Uint8Array): string =>
  toHex(key.sign(statementDigest(kind, digest)));

/** Compressed public key that signed, or undefined when the signature is malformed. */
export const recoverStatementKey = (
  kind: string,
  digest: Uint8Array,
  signature: string,
): Uint8Array | undefined =>
  isSignatureHex(signature) ? recoverPublicKey(statementDigest(kind, digest), fromHex(signature)) : undefined;

/** Address that signed, or undefined when the signature is malformed. */
export function recoverStatement(kind: string, digest: Uint8Array, signature: string): string | undefined {
  const publicKey = recoverStatementKey(kind, digest, signature);
  return publicKey && addressOf(publicKey);
}

/** True for 130 lowercase hex characters. */
export const isSignatureHex = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length === 130 &&
  isHex32(value.slice(0, 64)) &&
  /^[0-9a-f]*$/.test(value);
