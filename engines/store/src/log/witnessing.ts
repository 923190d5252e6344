import { type Note, type NoteSignature, readCheckpoint, serializeNote, withSignatures } from '@isobit/log';
import { askWitness, type WitnessOutcome } from './ask-witness.ts';
import { logStoreError } from './errors.ts';
import type { Log, LogHead } from './log.ts';
import type { Witness } from './witness-port.ts';

export interface WitnessingOptions {
  readonly log: Log;
  readonly witnesses: readonly Witness[];
  /** Cosignatures that end a round, so that one slow witness does not hold the next: all witnesses unless given. */
  readonly minimum?: number;
  /** How long a witness may take to answer: 5000 ms unless given. */
  readonly timeoutMs?: number;
  /** Pause between rounds, so that a busy log does not flood its witnesses: 100 ms unless given. */
  readonly intervalMs?: number;
  /** Pause after a round in which too few cosigned, before the same checkpoint is tried again: 2000 ms unless given. */
  readonly retryMs?: number;
  /** Told of each outcome. */
  readonly onOutcome?: (witness: string, outcome: WitnessOutcome, size: number) => void;
}

export interface Witnessed {
  readonly size: number;
  /** Bytes of the checkpoint with its cosignatures. */
  readonly note: Uint8Array;
  /** Names of the witnesses that cosigned it. */
  readonly witnesses: readonly string[];
}

/** Has a log's checkpoints cosigned. It never holds up an append. */
export interface Witnessing extends AsyncDisposable {
  /**
   * Asks every witness about the log's present state: to be awaited before the log signs anything. Unreachable
   * witnesses are reported, not fatal.
   *
   * @throws CodedError `LOG_BEHIND`, `LOG_FORKED`, which the log keeps until its operator resolves it
   */
  confirm(options?: { readonly signal?: AbortSignal }): Promise<ReadonlyMap<string, WitnessOutcome>>;
  /** Begins to push each new checkpoint. */
  start(): void;
  /** The newest checkpoint that `minimum` witnesses cosigned. */
  readonly newest: Witnessed | undefined;
  /**
   * Waits for a checkpoint of at least `size` entries that `minimum` witnesses cosigned.
   *
   * @throws CodedError `LOG_UNWITNESSED` after `timeoutMs`, or at once where there are fewer witnesses; the
   * log's refusal; the reason of `signal`
   */
  witnessed(
    size: number,
    minimum: number,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<Witnessed>;
  close(): Promise<void>;
}

interface Round {
  readonly head: LogHead;
  readonly note: Note;
  readonly lines: Map<string, NoteSignature>;
}

interface Waiter {
  readonly size: number;
  readonly minimum: number;
  readonly resolve: (witnessed: Witnessed) => void;
  readonly reject: (error: unknown) => void;
}

/** Rounds whose late cosignatures still count. */
const KEPT_ROUNDS = 8;

export function createWitnessing(options: WitnessingOptions): Witnessing {
  const { log, witnesses, timeoutMs = 5000, intervalMs = 100, retryMs = 2000, onOutcome } = options;
  const minimum = Math.min(options.minimum ?? witnesses.length, witnesses.length);
  const closing = new AbortController();
  /** What each witness cosigned last, as far as is known; 0 has it tell. */
  const acknowledged = new Map<Witness, number>();
  const busy = new Map<Witness, Promise<void>>();
  const waiters = new Set<Waiter>();
  let rounds: Round[] = [];
  let newest: Witnessed | undefined;
  let wake = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;
  const rouse = (): void => {
    wake.resolve();
    wake = Promise.withResolvers();
  };

  function describe({ head, note, lines }: Round): Witnessed {
    return {
      size: head.size,
      note: serializeNote(withSignatures(note, [...lines.values()])),
      witnesses: [...lines.keys()],
    };
  }

  function roundOf(head: LogHead): Round {
    const known = rounds.find((round) => round.head === head);
    if (known) return known;
    const round: Round = { head, note: readCheckpoint(head.note).note, lines: new Map() };
    rounds = [...rounds.slice(1 - KEPT_ROUNDS), round];
    return round;
  }

  function add(round: Round, witness: Witness, line: NoteSignature): void {
    round.lines.set(witness.key.name, line);
    const stated = describe(round);
    if (round.lines.size >= minimum && round.head.size >= (newest?.size ?? 0)) {
      newest = stated;
      log.setWitnessed({
        text: round.note.text,
        signatures: withSignatures(round.note, [...round.lines.values()]).signatures,
      });
    }
    for (const waiter of waiters)
      if (stated.size >= waiter.size && round.lines.size >= waiter.minimum) waiter.resolve(stated);
    rouse();
  }

  /** Asks one witness about a round, following what it says about its own state. */
  async function ask(round: Round, witness: Witness, signal: AbortSignal): Promise<WitnessOutcome> {
    const limited = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(timeoutMs)]);
    let outcome: WitnessOutcome = { kind: 'unreachable', why: 'not asked' };
    // Twice at most: once to be told where it stands, once from there.
    for (let attempt = 0; attempt < 2; attempt++) {
      const from = Math.min(acknowledged.get(witness) ?? 0, round.head.size);
      outcome = await abortable(askWitness(log, witness, round.head, from, limited), limited);
      if (outcome.kind === 'cosigned') acknowledged.set(witness, round.head.size);
      else if (outcome.kind === 'older' || outcome.kind === 'newer') acknowledged.set(witness, outcome.size);
      if (!(outcome.kind === 'older' || (outcome.kind === 'newer' && outcome.size <= round.head.size))) break;
    }
    onOutcome?.(witness.key.name, outcome, round.head.size);
    if (outcome.kind === 'cosigned') add(round, witness, outcome.signature);
    if (outcome.kind === 'refuted') {
      const error = logStoreError(outcome.refusal.code, outcome.refusal.message, {
        witness: outcome.refusal.witness,
      });
      for (const waiter of waiters) waiter.reject(error);
      await log.refuse(outcome.refusal);
    }
    return outcome;
  }

  function startAsking(round: Round): void {
    for (const witness of witnesses) {
      if (busy.has(witness) || round.lines.has(witness.key.name)) continue;
      const asked = ask(round, witness, closing.signal)
        .then(
          () => {},
          () => {},
        )
        .finally(() => {
          busy.delete(witness);
          rouse();
        });
      busy.set(witness, asked);
    }
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted && !log.refusal) {
      const round = roundOf(log.head);
      startAsking(round);
      while (round.lines.size < minimum && busy.size > 0 && !closing.signal.aborted) await wake.promise;
      if (closing.signal.aborted) break;
      if (round.lines.size < minimum) await pause(retryMs, () => log.head !== round.head);
      else if (log.head === round.head) await until(() => log.head !== round.head);
      await pause(intervalMs, () => false);
    }
  }

  /** Waits for `ms`, or until `early` holds after something happened. */
  async function pause(ms: number, early: () => boolean): Promise<void> {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      rouse();
    }, ms);
    timer.unref();
    await until(() => over || early());
    clearTimeout(timer);
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition() && !closing.signal.aborted) await wake.promise;
  }

  const unsubscribe = log.onHead(rouse);

  const witnessing: Witnessing = {
    get newest() {
      return newest;
    },
    async confirm({ signal = closing.signal } = {}) {
      const round = roundOf(log.head);
      for (const witness of witnesses) acknowledged.set(witness, round.head.size);
      const outcomes = await Promise.all(
        witnesses.map(async (witness) => [witness.key.name, await ask(round, witness, signal)] as const),
      );
      signal.throwIfAborted();
      const { refusal } = log;
      if (refusal) throw logStoreError(refusal.code, refusal.message, { ...refusal });
      return new Map(outcomes);
    },
    start() {
      running ??= loop();
    },
    witnessed(size, minimum, { signal, timeoutMs: patience } = {}) {
      const ready = rounds.findLast((round) => round.head.size >= size && round.lines.size >= minimum);
      if (ready) return Promise.resolve(describe(ready));
      const { refusal } = log;
      if (refusal) return Promise.reject(logStoreError(refusal.code, refusal.message, { ...refusal }));
      if (minimum > witnesses.length) {
        return Promise.reject(
          logStoreError(
            'LOG_UNWITNESSED',
            `${minimum} cosignatures are asked for and the log has ${witnesses.length} witnesses`,
          ),
        );
      }
      if (minimum === 0) return Promise.resolve({ size: log.size, note: log.head.note, witnesses: [] });
      const { promise, resolve, reject } = Promise.withResolvers<Witnessed>();
      const waiter: Waiter = { size, minimum, resolve, reject };
      const abort = (): void => reject(signal?.reason);
      const late = (): void =>
        reject(
          logStoreError(
            'LOG_UNWITNESSED',
            `${minimum} witnesses did not cosign ${size} entries within ${patience} ms`,
          ),
        );
      const timer = patience === undefined ? undefined : setTimeout(late, patience);
      waiters.add(waiter);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
      return promise.finally(() => {
        waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      });
    },
    async close() {
      closing.abort();
      unsubscribe();
      for (const { reject } of waiters)
        reject(logStoreError('LOG_UNWITNESSED', 'the log was closed before enough witnesses cosigned'));
      rouse();
      await running;
      await Promise.all(busy.values());
    },
    [Symbol.asyncDispose]: () => witnessing.close(),
  };
  return witnessing;
}

/** A witness's adapter that ignores its signal must not hold the log's rounds. */
async function abortable(asked: Promise<WitnessOutcome>, signal: AbortSignal): Promise<WitnessOutcome> {
  const { promise, resolve } = Promise.withResolvers<WitnessOutcome>();
  const abort = (): void =>
    resolve({ kind: 'unreachable', why: signal.reason instanceof Error ? signal.reason.message : 'aborted' });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([asked, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
