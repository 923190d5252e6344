import { isAddress } from '@isobit/core';
import type { NoteVerifier } from './note.ts';
import { typedVerifier, typedVkey } from './typed-signature.ts';

const LOG = 'isobit.org/log/';
const WITNESS = 'isobit.org/witness/';

/** Origin of a node's log: `isobit.org/log/<address>`. A name, not an endpoint (specs/log.md section 1). */
export const logOrigin = (address: string): string => `${LOG}${address}`;

/** Name of a node as a witness: `isobit.org/witness/<address>`. */
export const witnessName = (address: string): string => `${WITNESS}${address}`;

/** Address of the node whose log has this origin, or undefined for logs that are not Isobit's. */
export const addressOfOrigin = (origin: string): string | undefined => addressAfter(LOG, origin);

/** Address of the node that cosigns under this name, or undefined. */
export const addressOfWitness = (name: string): string | undefined => addressAfter(WITNESS, name);

function addressAfter(prefix: string, name: string): string | undefined {
  const address = name.slice(prefix.length);
  return name.startsWith(prefix) && isAddress(address) ? address : undefined;
}

/**
 * The verifier that an Isobit origin brings along: it names an address, and the EIP-712 line is made by that
 * address's key. Undefined for other origins, whose keys a reader must be given.
 */
export function verifierOfOrigin(origin: string): NoteVerifier | undefined {
  const address = addressOfOrigin(origin);
  return address === undefined ? undefined : typedVerifier(typedVkey(origin, address));
}
