import { once } from 'node:events';
import { createServer } from 'node:net';
import { cliError } from '../errors.ts';

/** Ports tried one after another. */
const REACH = 50;

/**
 * The first port from `from` up on which nobody listens.
 *
 * @throws CodedError `USAGE` where none of fifty is free
 */
export async function freePort(host: string, from: number): Promise<number> {
  for (let port = from; port < from + REACH; port++) if (await isFree(host, port)) return port;
  throw cliError(
    'USAGE',
    `no port from ${from} to ${from + REACH - 1} is free: choose one with --http ${host}:PORT`,
  );
}

/** Whether this process could listen on a port now. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}
