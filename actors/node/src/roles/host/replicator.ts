import { isCoded } from '@isobit/core';
import { modelSize } from '@isobit/model';
import type { Network } from '@isobit/network';
import type { Settings } from '@isobit/store';
import type { Registry } from '../../models/registry.ts';
import type { NodeLog } from '../../node-log.ts';
import type { Puller } from './puller.ts';

/** First pause after a pull that failed; it doubles up to a minute. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

export interface ReplicatorOptions {
  readonly registry: Registry;
  readonly puller: Puller;
  readonly network: Network;
  readonly settings: Settings;
  readonly log: NodeLog;
  readonly signal: AbortSignal;
  /** Keep every model that becomes known while all together stay under this many bytes; 0 for none. */
  readonly allBytes: number;
}

/**
 * Keeps what the operator asked to have here: single models, or all that fit. Survives restarts. Disposing of it,
 * after its signal, waits for what was under way.
 */
export interface Replicator extends AsyncDisposable {
  keep(ref: string): Promise<void>;
  keepAll(bytes: number): Promise<void>;
  /** Wants a model no more, by whatever reference it was asked for. */
  drop(id: string): Promise<void>;
  /** Looks again: after a start, or when an offer or a name tells of something new. */
  wake(): void;
}

interface Wishes {
  readonly refs: readonly string[];
  readonly allBytes: number;
  /** Ids that the operator removed, which "all" does not bring back. */
  readonly except: readonly string[];
}

export async function createReplicator({
  registry,
  puller,
  network,
  settings,
  log,
  signal,
  allBytes,
}: ReplicatorOptions): Promise<Replicator> {
  const stored = (await settings.get('replicate')) as unknown as Partial<Wishes> | undefined;
  let wishes: Wishes = {
    refs: stored?.refs ?? [],
    allBytes: Math.max(allBytes, stored?.allBytes ?? 0),
    except: stored?.except ?? [],
  };
  let working: Promise<void> | undefined;
  let again = false;
  let pause = RETRY_MS;
  let timer: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  async function change(changes: Partial<Wishes>): Promise<void> {
    wishes = { ...wishes, ...changes };
    const { refs, except } = wishes;
    await settings.set('replicate', { refs: [...refs], allBytes: wishes.allBytes, except: [...except] });
    wake();
  }

  /** What was asked for one by one, and besides that all that nodes offer. */
  function wanted(): string[] {
    if (wishes.allBytes === 0) return [...wishes.refs];
    const offered = network.offers().flatMap(({ offer }) => offer.holds);
    return [...new Set([...wishes.refs, ...offered.filter((id) => !wishes.except.includes(id))])];
  }

  async function round(): Promise<boolean> {
    let used = 0;
    let failed = false;
    for (const ref of wanted()) {
      if (signal.aborted) return false;
      try {
        const model = await registry.resolve(ref);
        used += modelSize(model.manifest);
        if (!wishes.refs.includes(ref) && used > wishes.allBytes) continue;
        const { fetched, dropped } = await puller.pull(model, { signal });
        for (const drop of dropped)
          log('warn', 'left a source', { source: drop.source, reason: drop.reason, block: drop.block });
        if (fetched > 0) log('info', 'replicated', { model: model.id, name: model.name, bytes: fetched });
      } catch (error) {
        if (signal.aborted) return false;
        if (!isCoded(error)) throw error;
        failed = true;
        log('warn', 'could not replicate', { ref, code: error.code, error: error.message });
      }
    }
    return failed;
  }

  async function work(): Promise<void> {
    do {
      again = false;
      const failed = await round().catch((error: unknown) => {
        log('error', 'replication stopped short', { error: String(error) });
        return true;
      });
      pause = failed ? Math.min(pause * 2, MAX_RETRY_MS) : RETRY_MS;
      if (failed && !signal.aborted) timer = setTimeout(wake, pause).unref();
    } while (again && !signal.aborted);
    working = undefined;
  }

  function wake(): void {
    if (signal.aborted || (wishes.refs.length === 0 && wishes.allBytes === 0)) return;
    clearTimeout(timer);
    if (working) again = true;
    else working = work();
  }

  return {
    wake,
    keep: (ref) =>
      change({ refs: [...new Set([...wishes.refs, ref])], except: wishes.except.filter((id) => id !== ref) }),
    keepAll: (bytes) => change({ allBytes: Math.max(bytes, wishes.allBytes), except: [] }),
    async drop(id) {
      const refs: string[] = [];
      for (const ref of wishes.refs) {
        const model = await registry.resolve(ref).catch(() => undefined);
        if (model?.id !== id) refs.push(ref);
      }
      await change({ refs, except: [...new Set([...wishes.except, id])] });
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await working;
    },
  };
}
