import { isCoded, limits } from '@isobit/core';
import type { FoundNode } from '../nodes/find-node.ts';
import { operatorStatus } from '../nodes/status.ts';
import { counted, formatMs } from '../output/bytes.ts';
import { type Finding, hint, ok, problem } from './check.ts';

/** The node that commands would ask: whether it answers, signs, and has the same time. */
export async function checkFoundNode(node: FoundNode | undefined, signal: AbortSignal): Promise<Finding[]> {
  if (!node)
    return [
      hint('running node', 'none on this machine', 'isobit node, or isobit up; or name one with --node URL'),
    ];
  const { baseUrl } = node.api;
  const started = Date.now();
  let date: number;
  try {
    const response = await node.api.request('/models', { signal });
    date = Date.parse(response.headers.get('date') ?? '');
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    if (!isCoded(error)) throw error;
    return [
      problem(
        'running node',
        `${baseUrl}: ${error.message}`,
        'start it again, or name another with --node URL',
      ),
    ];
  }
  return [await checkSigning(node, signal), ...checkSkew(date, started)];
}

async function checkSigning(node: FoundNode, signal: AbortSignal): Promise<Finding> {
  const { baseUrl } = node.api;
  const status = await operatorStatus(node, signal);
  if (!status) return ok('running node', `${baseUrl} answers`);
  if (!status.signing.ok)
    return problem(
      'running node',
      `${baseUrl} signs nothing: ${status.signing.reason ?? 'it does not say why'}`,
      'its own lines say more; restart it when that is mended',
    );
  const peers = Array.isArray(status.peers) ? status.peers.length : Number(status.peers) || 0;
  return ok(
    'running node',
    `${baseUrl} answers and signs; ${status.roles.join(', ')}; ${counted(peers, 'peer')}`,
  );
}

/** HTTP dates have whole seconds. */
const COARSE_MS = 2_000;

function checkSkew(date: number, started: number): Finding[] {
  if (Number.isNaN(date)) return [];
  const skew = Math.max(0, Math.abs(date - started) - COARSE_MS - (Date.now() - started));
  if (skew === 0) return [];
  const detail = `this clock and the node's differ by about ${formatMs(skew)}`;
  const fix = 'set the clock (timedatectl set-ntp true)';
  return [
    skew > limits.clockSkewMs
      ? problem('clock skew', `${detail}: its receipts will be refused`, fix)
      : hint('clock skew', detail, fix),
  ];
}
