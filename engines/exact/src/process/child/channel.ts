import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type CodedError, isCoded, limits } from '@isobit/core';
import { exactError } from '../../errors.ts';
import { createFrameReader, type Frame, writeFrame } from '../frames.ts';
import { type EngineReply, type EngineRequest, EXIT_MEMORY, READY } from '../messages.ts';

/** The descriptor that the node opened for messages. */
const CHANNEL = 3;
const MEMORY_CHECK_MS = 100;

/** An engine process's side of the channel to the node that started it. */
export interface Channel {
  send(reply: EngineReply, parts?: readonly Uint8Array[]): void;
  /** Says that the process is ready, once. */
  ready(): void;
  /** Answers a request with an error; with the id `READY`, says why the process is not. */
  fail(id: number, error: unknown): void;
}

export interface ChannelOptions {
  /** Resident memory above which the process ends itself. */
  readonly memoryBytes: number;
  /** Told of each request, in order. */
  onRequest(request: EngineRequest, body: Uint8Array): void;
}

/** Opens the channel. The process ends with it, and with the node. */
export function openChannel({ memoryBytes, onRequest }: ChannelOptions): Channel {
  const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
  const channel: Channel = {
    send: (reply, parts) => writeFrame(socket, reply, parts),
    ready: () => writeFrame(socket, { id: READY }),
    fail(id, error) {
      const { code, message, details } = coded(error);
      writeFrame(socket, { id, error: { code, message, details } } satisfies EngineReply);
      // The engine's memory may be inconsistent: whoever comes next gets a new process.
      if (code === 'ENGINE_CRASHED') socket.end(() => process.exit(1));
    },
  };
  // The node is trusted; a model that it sends may be as large as a model is.
  const onFrame = ({ header, body }: Frame) => onRequest(header as EngineRequest, body);
  socket.on('data', createFrameReader({ maxBytes: limits.onnxBytes, onFrame }));
  socket.on('close', () => process.exit(0));
  socket.on('error', () => process.exit(0));
  setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes) process.exit(EXIT_MEMORY);
  }, MEMORY_CHECK_MS).unref();
  new Worker(new URL(import.meta.url.replace('/channel.', '/orphan-watch.'))).unref();
  return channel;
}

const coded = (error: unknown): CodedError =>
  isCoded(error) ? error : exactError('RUN_FAILED', `the engine failed: ${String(error)}`);
