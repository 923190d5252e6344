import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import type { CodedError } from '@isobit/core';
import { exactError } from '../errors.ts';
import { createFrameReader, type Frame, writeFrame } from './frames.ts';
import {
  ALIVE,
  type EngineReply,
  type EngineRequest,
  EXIT_MEMORY,
  MAX_REPLY,
  openError,
  READY,
} from './messages.ts';

/** Message without its id. */
type Unnumbered<T> = T extends { id: number } ? Omit<T, 'id'> : never;
export type EngineCall = Unnumbered<EngineRequest>;

export interface Reply {
  readonly reply: EngineReply;
  readonly body: Uint8Array;
}

/** Last bytes of an engine process's standard error that are kept to explain its end. */
const STDERR_BYTES = 4_096;

interface Pending {
  resolve(reply: Reply): void;
  reject(error: Error): void;
  onEvent?: ((event: unknown) => void) | undefined;
}

/** A call under way. */
export interface Call {
  readonly reply: Promise<Reply>;
  /** Asks the process to end it; it then answers with that. */
  cancel(): void;
}

/** One child: its channel, the calls that wait for it, and why it ended. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #pending = new Map<number, Pending>();
  #next = READY + 1;
  #stderr = '';
  #killedFor: CodedError | undefined;
  #ended: CodedError | undefined;
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;
  /** Told of each message of the process. */
  onHeard: () => void = () => {};

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#channel = child.stdio[3] as Duplex;
    const read = createFrameReader({ maxBytes: MAX_REPLY, onFrame: (frame) => this.#receive(frame) });
    this.#channel.on('data', (chunk: Uint8Array) => {
      try {
        read(chunk);
      } catch (error) {
        this.kill(exactError('ENGINE_CRASHED', 'the process that ran the model sent nonsense', {}, error));
      }
    });
    // Writing to a process that has just died fails; its end says more.
    this.#channel.on('error', () => undefined);
    (child.stderr as Readable).on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-STDERR_BYTES);
    });
    this.exited = new Promise((resolve) => {
      const end = (error: CodedError) => {
        this.#ended ??= error;
        for (const call of this.#pending.values()) call.reject(this.#ended);
        this.#pending.clear();
        resolve();
      };
      child.once('error', (error) =>
        end(exactError('ENGINE_UNAVAILABLE', `no engine process starts: ${error.message}`, {}, error)),
      );
      child.once('exit', (code, signal) => end(this.#killedFor ?? this.#explain(code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#ended === undefined && this.#killedFor === undefined;
  }

  /** Waits until the process says that it is ready. */
  ready(): Promise<Reply> {
    return this.#wait(READY);
  }

  /** @throws CodedError that the process reports, or why it ended */
  call(request: EngineCall, parts: readonly Uint8Array[] = []): Promise<Reply> {
    return this.begin(request, parts).reply;
  }

  /** As `call`, for one that tells of what comes before its answer, and may be cancelled. */
  begin(request: EngineCall, parts: readonly Uint8Array[] = [], onEvent?: (event: unknown) => void): Call {
    const id = this.#next++;
    const reply = this.#wait(id, onEvent);
    if (this.alive) writeFrame(this.#channel, { ...request, id }, parts);
    return {
      reply,
      cancel: () => {
        if (this.alive && this.#pending.has(id))
          writeFrame(this.#channel, { op: 'cancel', id: this.#next++, run: id } satisfies EngineRequest);
      },
    };
  }

  /** Ends the process at once; what waits for it is rejected with `reason`. */
  kill(reason: CodedError): void {
    if (!this.alive) return;
    this.#killedFor = reason;
    this.#child.kill('SIGKILL');
  }

  #wait(id: number, onEvent?: (event: unknown) => void): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      else this.#pending.set(id, { resolve, reject, onEvent });
    });
  }

  #receive({ header, body }: Frame): void {
    const reply = header as EngineReply;
    this.onHeard();
    const call = this.#pending.get(reply?.id);
    if (!call || reply.id === ALIVE) return;
    if ('event' in reply) {
      call.onEvent?.(reply.event);
      return;
    }
    // First what may throw: the call is then still there to be told how the process ended.
    const error = 'error' in reply ? openError(reply.error) : undefined;
    this.#pending.delete(reply.id);
    if (error) call.reject(error);
    else call.resolve({ reply, body });
  }

  #explain(code: number | null, signal: string | null): CodedError {
    if (code === EXIT_MEMORY || /heap out of memory|Out of memory/i.test(this.#stderr)) {
      return exactError(
        'RUN_MEMORY',
        'the process that ran the model used more memory than allowed: allow more, or send a smaller batch',
      );
    }
    const how = signal ? `by signal ${signal}` : `with exit code ${code}`;
    const said = /^.*Error: .*$/m.exec(this.#stderr)?.[0] ?? this.#stderr.trim();
    const last = said.slice(-400);
    return exactError(
      'ENGINE_CRASHED',
      `the process that ran the model ended ${how}${last ? `: ${last}` : ''}`,
    );
  }
}
