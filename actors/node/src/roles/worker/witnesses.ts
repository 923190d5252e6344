import { fromUtf8, isCoded, toHex } from '@isobit/core';
import type { Network } from '@isobit/network';
import type { LogEvidence } from '@isobit/receipt';
import { createWitnessing, type Log, type Witnessed, type Witnessing } from '@isobit/store';
import type { NodeLog } from '../../node-log.ts';
import type { SigningGate } from '../../signing-gate.ts';
import { createNearbyWitnesses, type NearbyWitness } from './nearby-witnesses.ts';

/** How long a node that joins others waits to hear from a witness before it signs without. */
const CONFIRM_MS = 4_000;
/** Longest wait for cosignatures that an answer asked for. */
const PATIENCE_MS = 2_000;

export interface WitnessesOptions {
  readonly log: Log;
  readonly network: Pick<Network, 'offers' | 'onOffer' | 'witnessOf'>;
  readonly gate: SigningGate;
  readonly report: NodeLog;
  /** Milliseconds; `CONFIRM_MS` when absent. */
  readonly confirmMs?: number;
}

/** Has this node's log cosigned by other nodes, whichever are there. */
export interface Witnesses extends AsyncDisposable {
  /**
   * Waits for the first word of a witness, or for as long as it is worth waiting; then the gate opens, unless a
   * witness has seen more of this log than there is. One that says so later closes it then.
   *
   * @param expected whether somebody may have seen this log: not where its key is new or no other node is to be met
   */
  confirm(expected: boolean): Promise<void>;
  /** The evidence with a checkpoint that `count` witnesses cosigned, or as it was when they do not do so in time. */
  witnessed(evidence: LogEvidence, count: number, signal: AbortSignal): Promise<LogEvidence>;
  names(): readonly string[];
}

export function createWitnesses({
  log,
  network,
  gate,
  report,
  confirmMs = CONFIRM_MS,
}: WitnessesOptions): Witnesses {
  const nearby = createNearbyWitnesses(network);
  let chosen: readonly NearbyWitness[] = [];
  let witnessing: Witnessing | undefined;
  let changing: Promise<void> = Promise.resolve();
  let isClosed = false;
  const heard = Promise.withResolvers<void>();
  const unsubscribe = network.onOffer(() => void refresh());

  /** The log knows best why it signs nothing more. */
  function followLog(): void {
    if (!log.refusal) return;
    gate.close(log.refusal.code === 'LOG_BEHIND' ? 'log-behind' : 'log-forked');
    heard.resolve();
  }

  function refresh(): Promise<void> {
    const next = nearby();
    const isSame = next.length === chosen.length && next.every((one, i) => one === chosen[i]);
    // Without any the last ones stay: they may come back, and what they cosigned still counts.
    if (isClosed || isSame || next.length === 0) return changing;
    chosen = next;
    changing = changing
      .then(() => (isClosed ? undefined : restart(next)))
      .catch((error: unknown) => report('warn', 'witnessing failed', { error: String(error) }));
    return changing;
  }

  async function restart(witnesses: readonly NearbyWitness[]): Promise<void> {
    await witnessing?.close();
    const started = createWitnessing({
      log,
      witnesses: witnesses.map(({ witness }) => witness),
      minimum: 1,
      onOutcome(witness, { kind }, size) {
        report('debug', 'a witness was asked', { witness, outcome: kind, size });
        if (kind === 'cosigned') heard.resolve();
        // The log learns of it right after this, and so does the gate.
        if (kind === 'refuted') setImmediate(followLog);
      },
    });
    witnessing = started;
    try {
      await started.confirm();
      started.start();
    } catch (error) {
      if (!isCoded(error) && !isClosed) throw error;
    }
    followLog();
  }

  async function ask(size: number, count: number, signal: AbortSignal): Promise<Witnessed | undefined> {
    for (;;) {
      await changing;
      const asked = witnessing;
      try {
        const wanted = Math.min(count, chosen.length);
        if (!asked || wanted === 0) return undefined;
        return await asked.witnessed(size, wanted, { signal, timeoutMs: PATIENCE_MS });
      } catch (error) {
        // One that was closed because the witnesses changed is no answer: the new ones are asked.
        if (asked === witnessing || isClosed || signal.aborted) throw error;
      }
    }
  }

  return {
    names: () => chosen.map(({ witness }) => witness.key.name),
    async confirm(expected) {
      followLog();
      if (expected && !gate.stop?.startsWith('log-')) {
        void refresh();
        const late = Promise.withResolvers<void>();
        const timer = setTimeout(late.resolve, confirmMs);
        await Promise.race([heard.promise, late.promise]);
        clearTimeout(timer);
      }
      gate.started();
    },
    async witnessed(evidence, count, signal) {
      try {
        const found = await ask(treeSize(evidence), count, signal);
        if (!found || found.witnesses.length === 0) return evidence;
        const cosigners = chosen.filter(({ witness }) => found.witnesses.includes(witness.key.name));
        // A line whose key the evidence does not name would make the whole of it refutable.
        if (cosigners.length !== found.witnesses.length) return evidence;
        return {
          ...evidence,
          checkpoint: fromUtf8(found.note),
          proof: (await log.proof(evidence.index, found.size)).map(toHex),
          witnesses: cosigners.map(({ binding }) => binding),
        };
      } catch (error) {
        if (isCoded(error) || signal.aborted) return evidence;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      unsubscribe();
      heard.resolve();
      await witnessing?.close();
      await changing;
      await witnessing?.close();
    },
  };
}

/** The second line of a checkpoint is the size of its tree. */
const treeSize = ({ checkpoint }: LogEvidence): number => Number(checkpoint.split('\n')[1]);
