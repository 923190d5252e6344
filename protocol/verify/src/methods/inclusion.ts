import { fromHex, isCoded, leafHash, utf8, verifyInclusion } from '@isobit/core';
import {
  type Checkpoint,
  type NodeLogKeys,
  type Note,
  type NoteVerifier,
  openLogKey,
  readCheckpoint,
  verifierOf,
  verifyNote,
} from '@isobit/log';
import { type Evidence, type LogEvidence, receiptKind } from '@isobit/receipt';
import { refuted, unchecked, verified } from '../claim.ts';
import type { Trust } from '../trust.ts';
import type { Claim, Reason } from '../verdict.ts';

interface Inclusion {
  readonly claim: Claim;
  /** A sentence for what was not checked. */
  readonly note?: string;
}

const no = (reason: Reason, detail: string): Inclusion => ({
  claim: refuted('log', 'inclusion', reason, detail),
});

/** The receipt stands in its worker's log, at a state that the worker signed and that enough witnesses cosigned. */
export function checkInclusion({ receipt, log }: Evidence, trust: Trust): Inclusion {
  if (!log) return { claim: unchecked('log', 'not-disclosed', 'no inclusion proof is disclosed') };
  const keys = openKeys(log, receipt.worker);
  if ('claim' in keys) return keys;
  const read = openCheckpoint(log, keys.own);
  if ('claim' in read) return read;
  const { size, root } = read.checkpoint;
  const leaf = leafHash(receiptKind.encode(receipt));
  if (!verifyInclusion(log.index, size, leaf, log.proof.map(fromHex), root)) {
    return no(
      'log-proof',
      `the audit path does not lead from the receipt at index ${log.index} to the checkpoint of size ${size}`,
    );
  }
  const where = `entry ${log.index} of ${keys.own.origin}, in its checkpoint of size ${size}`;
  return judgeWitnesses(read.note, where, keys, trust);
}

interface Keys {
  readonly own: NodeLogKeys;
  readonly witnesses: readonly NodeLogKeys[];
}

function openKeys(log: LogEvidence, worker: string): Keys | Inclusion {
  if (log.key.address !== worker) {
    return no('log-key', `the log key is ${log.key.address}'s, the receipt is ${worker}'s`);
  }
  try {
    return { own: openLogKey(log.key), witnesses: (log.witnesses ?? []).map(openLogKey) };
  } catch (error) {
    if (!isCoded(error)) throw error;
    return no('log-key', error.message);
  }
}

function openCheckpoint(
  log: LogEvidence,
  own: NodeLogKeys,
): { readonly checkpoint: Checkpoint; readonly note: Note } | Inclusion {
  try {
    const read = readCheckpoint(utf8(log.checkpoint));
    if (read.checkpoint.origin !== own.origin) {
      return no(
        'log-checkpoint',
        `the checkpoint is of ${read.checkpoint.origin.slice(0, 100)}, the worker's log is ${own.origin}`,
      );
    }
    for (const verifier of [own.log, own.typed]) {
      const whose = verifier === own.log ? 'log key' : 'node key';
      if (!verifyNote(read.note, [verifier]).ok) {
        return no('log-checkpoint', `the checkpoint is not signed by the ${whose} of ${own.address}`);
      }
    }
    return read;
  } catch (error) {
    if (!isCoded(error)) throw error;
    return no('log-checkpoint', error.message);
  }
}

/**
 * Every line of the checkpoint must be somebody's: the worker's two, a trusted witness's, or that of a witness whose
 * keys the evidence holds. So nothing in an evidence file can be changed unseen.
 */
function judgeWitnesses(note: Note, where: string, { own, witnesses }: Keys, trust: Trust): Inclusion {
  const trusted = (trust.witnesses ?? []).map((witness) =>
    'vkey' in witness
      ? verifierOf(witness.vkey)
      : witnesses.find(({ address }) => address === witness.address)?.witness,
  );
  const known = [
    own.log,
    own.typed,
    ...witnesses.map(({ witness }) => witness),
    ...trusted.filter((v) => v !== undefined),
  ];
  const stray = note.signatures.find((line) => !known.some((key) => isLineOf(line, key)));
  if (stray) return no('log-checkpoint', `nobody whose keys are known signs as ${stray.name.slice(0, 100)}`);
  if (witnesses.some(({ witness }) => !note.signatures.some((line) => isLineOf(line, witness)))) {
    return no('log-checkpoint', 'the evidence names a witness that did not cosign');
  }
  const cosigned = known.slice(2).filter((key) => note.signatures.some((line) => isLineOf(line, key)));
  const bad = cosigned.find((key) => !verifyNote(note, [key]).ok);
  if (bad) return no('log-checkpoint', `the cosignature of ${bad.name} does not verify`);

  const counted = [
    ...new Set(cosigned.filter((key) => trusted.some((t) => t?.name === key.name)).map((key) => key.name)),
  ];
  const threshold = trust.witnessThreshold ?? 0;
  if (counted.length < threshold) {
    return {
      claim: unchecked(
        'log',
        'witness-threshold',
        `${where}, but ${counted.length} of the ${threshold} cosignatures you ask for`,
      ),
    };
  }
  const by = counted.length ? `, witnessed by ${counted.join(', ')}` : '';
  const claim = verified('log', 'inclusion', `${where}${by}`);
  if (counted.length) return { claim };
  const others = [...new Set(cosigned.map((key) => key.name))];
  const unknown = others.length ? ` (cosigned by ${others.join(', ')})` : '';
  return {
    claim,
    note: `whether the log shows everybody the same: witnessed by nobody you trust${unknown}`,
  };
}

const isLineOf = (line: Note['signatures'][number], key: NoteVerifier): boolean =>
  line.name === key.name && line.keyId === key.keyId;
