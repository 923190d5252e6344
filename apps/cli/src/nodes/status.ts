import { isCoded } from '@isobit/core';
import { ask, type Status, statusAnswer } from './answers.ts';
import type { FoundNode } from './find-node.ts';

/** What the node says of itself to its operator; undefined where this user is none, or the node is an older one. */
export async function operatorStatus(
  { api, isOperator }: FoundNode,
  signal: AbortSignal,
): Promise<Status | undefined> {
  if (!isOperator) return undefined;
  try {
    return await ask(api, '/api/status', statusAnswer, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (isCoded(error)) return undefined;
    throw error;
  }
}

/** `/ip4/127.0.0.1/…`, `/ip6/::1/…` */
const LOOPBACK = /^\/(?:ip4\/127\.|ip6\/::1\/)/;

/**
 * Whether addresses in private networks that peers announce may be asked for bytes: only where the node itself listens
 * on loopback alone, so that its peers are this machine's own (a network of `isobit up`).
 */
export const followsPrivate = (status: Status | undefined): boolean =>
  status !== undefined &&
  status.addresses.length > 0 &&
  status.addresses.every((address) => LOOPBACK.test(address));
