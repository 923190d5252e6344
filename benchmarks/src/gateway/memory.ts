import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@isobit/testing';
import { type Figure, rounded, type SuiteOptions } from '../figure.ts';
import type { SpawnedNode } from './spawned.ts';
import { chatBody, IDLE, LONG, LONG_TOKENS } from './stub-answer.ts';

const STREAMS = 1_000;
const SLOW = 100;
const MB = 1_000_000;

/** What streams cost that are open and say nothing, and answers that are told faster than they are read. */
export async function memoryFigures(
  node: SpawnedNode,
  model: string,
  { quick, report }: SuiteOptions,
): Promise<Figure[]> {
  const before = (await node.resident()) / MB;
  const streams = quick ? STREAMS / 10 : STREAMS;
  const idle = await withStreams(node, chatBody(model, IDLE, true), streams, async (sockets) => {
    await Promise.all(sockets.map(firstWord));
    return (await node.resident()) / MB;
  });
  const slow = quick ? SLOW / 10 : SLOW;
  const body = chatBody(model, LONG, true);
  // Once read to the end, so that what such answers leave behind in any case is there already.
  const read = await withStreams(node, body, slow, async (sockets) => {
    for (const socket of sockets) socket.resume();
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    return (await node.resident()) / MB;
  });
  const unread = await withStreams(node, body, slow, async (sockets) => {
    await Promise.all(sockets.map(firstWord));
    await waitFor(async () => (await underWay(node)) === 0, {
      what: 'the answers to be made',
      timeout: 120_000,
    });
    return (await node.resident()) / MB;
  });
  report(
    `gateway: ${before.toFixed(0)} MB before, ${idle.toFixed(0)} MB with ${streams} idle streams, ${read.toFixed(0)} MB after ${slow} long answers, ${unread.toFixed(0)} MB while ${slow} are not read`,
  );
  const grown = (unread - read) * (1000 / slow);
  return [
    {
      suite: 'gateway',
      name: `resident with ${streams} idle streams`,
      value: Math.round(idle),
      unit: 'MB',
      peer: `the same node before: ${before.toFixed(0)} MB`,
      ratio: rounded(idle / before),
      target: '<= 300',
      holds: idle <= 300,
    },
    {
      suite: 'gateway',
      name: `grown for one client that reads nothing of ${LONG_TOKENS} tokens`,
      value: Math.max(0, Math.round(grown)),
      unit: 'kB',
      peer: `${slow} such clients: ${unread.toFixed(0)} MB; the same answers read: ${read.toFixed(0)} MB`,
      target: '<= 1000',
      holds: grown <= 1_000,
    },
  ];
}

/** Opens streams, and closes them all when the work is done. */
async function withStreams<T>(
  { url }: SpawnedNode,
  body: Uint8Array,
  count: number,
  work: (sockets: readonly Socket[]) => Promise<T>,
): Promise<T> {
  const { hostname, port } = new URL(url);
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.write(head);
    socket.write(body);
    return socket;
  });
  try {
    return await work(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Reads as far as the first word, and no further. */
async function firstWord(socket: Socket): Promise<void> {
  let text = '';
  while (!text.includes(' word')) {
    await once(socket, 'readable');
    text += String(socket.read() ?? '');
  }
}

/** Jobs that the worker has not ended. */
async function underWay({ url }: SpawnedNode): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/isobit_gateway_jobs_under_way\{[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
}
