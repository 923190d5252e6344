import { nodeError } from './errors.ts';

/** Why a node signs nothing. */
export type SigningStop = 'starting' | 'log-behind' | 'log-forked' | 'key-elsewhere' | 'self-test';

const REASONS: Record<SigningStop, string> = {
  starting: 'the node is starting',
  'log-behind':
    'its log is behind what its witnesses last saw, as after a restore from an old backup; restore the newest data folder, or start anew with a new key',
  'log-forked':
    'a witness saw another log under this key; stop the other node and restore its data folder, or start anew with a new key',
  'key-elsewhere': 'its key is in use by another node; stop one of the two',
  'self-test': 'its exact engine fails its self-test on this machine',
};

/**
 * Whether the node may sign. A stop for `starting` is lifted when the start is done; the others stay until the
 * process ends, since each means that another signature could contradict one already given.
 */
export interface SigningGate {
  readonly stop: SigningStop | undefined;
  /** People's words for `stop`. */
  readonly reason: string | undefined;
  started(): void;
  close(stop: Exclude<SigningStop, 'starting'>): void;
  /** @throws CodedError `SIGNING_REFUSED` while stopped */
  check(): void;
  /** Called once, when the gate closes for good; at once where it has. */
  onClose(listener: (reason: string) => void): void;
}

export function createSigningGate(): SigningGate {
  let stop: SigningStop | undefined = 'starting';
  const closed = Promise.withResolvers<string>();
  return {
    get stop() {
      return stop;
    },
    get reason() {
      return stop && REASONS[stop];
    },
    started() {
      if (stop === 'starting') stop = undefined;
    },
    close(next) {
      if (stop && stop !== 'starting') return;
      stop = next;
      closed.resolve(REASONS[next]);
    },
    check() {
      if (stop) throw nodeError('SIGNING_REFUSED', `this node signs nothing: ${REASONS[stop]}`, { stop });
    },
    onClose: (listener) => void closed.promise.then(listener),
  };
}
