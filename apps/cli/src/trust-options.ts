import { isAddress, isHex32 } from '@isobit/core';
import { verifierOf } from '@isobit/log';
import { networkId, openGenesis } from '@isobit/receipt';
import type { Trust } from '@isobit/verify';
import type { Invocation } from './command.ts';
import { cliError } from './errors.ts';
import { countOption, listOption, textOption } from './invocation.ts';

export type TrustBesidesClock = Omit<Trust, 'now' | 'expected'>;

/** @throws CodedError `USAGE`, `VKEY_INVALID`, `VKEY_UNKNOWN_TYPE` */
export function readTrust(invocation: Invocation): TrustBesidesClock {
  const keys = listOption(invocation, 'trust');
  const workers = keys.filter((key) => key.startsWith('0x')).map((key) => key.toLowerCase());
  const wrong = workers.find((key) => !isAddress(key));
  if (wrong !== undefined)
    throw cliError('USAGE', `"${wrong}" is no worker's address: 0x and 40 hex characters`);
  const vkeys = [...keys.filter((key) => !key.startsWith('0x')), ...listOption(invocation, 'witness')];
  for (const vkey of vkeys) verifierOf(vkey);
  const threshold = countOption(invocation, 'threshold', 0);
  if (threshold !== undefined && threshold > vkeys.length)
    throw cliError(
      'USAGE',
      `--threshold ${threshold} asks for more witnesses than the ${vkeys.length} that are named with --witness`,
    );
  const network = textOption(invocation, 'network') ?? networkId(openGenesis);
  if (!isHex32(network)) throw cliError('USAGE', `--network takes 64 hex characters, not "${network}"`);
  return {
    network,
    ...(workers.length > 0 ? { workers } : {}),
    ...(vkeys.length > 0 ? { witnesses: vkeys.map((vkey) => ({ vkey })) } : {}),
    ...(threshold === undefined ? {} : { witnessThreshold: threshold }),
  };
}
