import type { HostWorker } from '../../../src/llm/wllama/browser/remote-wllama.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly given: readonly unknown[];
}

export interface FakeHost extends HostWorker {
  /** What came, in order: the binary, and calls. */
  readonly asked: unknown[];
  say(message: object): void;
  fail(message: string): void;
  isTerminated(): boolean;
}

/**
 * The worker of wllama's class, without the class.
 *
 * @param answers gives the result of a call, or throws; without it nothing is answered
 */
export function fakeHost(answers?: (call: Call) => unknown): FakeHost {
  const asked: unknown[] = [];
  let terminated = false;
  const host: FakeHost = {
    asked,
    onmessage: null,
    onerror: null,
    postMessage(message: unknown) {
      asked.push(message);
      if (!answers || message instanceof Uint8Array) return;
      const call = message as Call;
      queueMicrotask(() => {
        try {
          host.say({ id: call.id, result: answers(call) });
        } catch (error) {
          host.say({ id: call.id, failed: (error as Error).message });
        }
      });
    },
    say: (message) => host.onmessage?.call(host as never, { data: message } as MessageEvent),
    fail: (message) => host.onerror?.call(host as never, { message } as ErrorEvent),
    terminate() {
      terminated = true;
    },
    isTerminated: () => terminated,
  };
  return host;
}
