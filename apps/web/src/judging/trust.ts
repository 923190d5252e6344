import { isAddress, isHex32, limits, printable } from '@isobit/core';
import { verifierOf } from '@isobit/log';
import { networkId, openGenesis } from '@isobit/receipt';
import type { Trust, TrustedWitness } from '@isobit/verify';
import { pageError } from '../errors.ts';
import type { TrustEntries } from './task.ts';

/** What the visitor typed, as a `Trust`. @throws CodedError `TRUST_INVALID` */
export function readTrust({ network, workers, witnesses, threshold }: TrustEntries, now: number): Trust {
  const addresses = workers.map((text) => text.toLowerCase());
  const stranger = addresses.find((text) => !isAddress(text));
  if (stranger !== undefined)
    throw invalid(
      `"${printable(stranger)}" is no worker's address: it begins with 0x and has 40 hex digits after it`,
    );
  if (network !== '' && !isHex32(network))
    throw invalid(
      `"${printable(network)}" is no network: it is 64 hex digits, or leave the field empty for the open network`,
    );
  return {
    network: network || networkId(openGenesis),
    now,
    ...(addresses.length ? { workers: addresses } : {}),
    witnesses: witnesses.map(readWitness),
    witnessThreshold: readThreshold(threshold),
  };
}

function readWitness(text: string): TrustedWitness {
  const address = text.toLowerCase();
  if (isAddress(address)) return { address };
  try {
    verifierOf(text);
    return { vkey: text };
  } catch (cause) {
    throw invalid(
      `"${printable(text)}" is no witness: enter the address of a node, or a whole key such as name+1a2b3c4d+AbC…`,
      cause,
    );
  }
}

function readThreshold(text: string): number {
  const value = text === '' ? 0 : Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && value <= limits.noteSignatures) return value;
  throw invalid(`"${printable(text)}" is no number of witnesses from 0 to ${limits.noteSignatures}`);
}

const invalid = (why: string, cause?: unknown) =>
  pageError('TRUST_INVALID', why, cause === undefined ? undefined : { cause });
