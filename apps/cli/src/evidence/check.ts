import { createClient } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { type ClaimName, claimOf, judge, type Trust, type Verdict, verify, verifyWith } from '@isobit/verify';
import type { Invocation } from '../command.ts';
import { type ExitCode, exit } from '../exit.ts';
import { argument, choiceOption, flag, listOption } from '../invocation.ts';
import { type FoundNode, findNode, needNode, nodeUrl } from '../nodes/find-node.ts';
import { followsPrivate, operatorStatus } from '../nodes/status.ts';
import { printVerdict } from '../output/verdict-table.ts';
import { hostsBy } from '../replay/blob-hosts.ts';
import { createLocalReplayer } from '../replay/local-replayer.ts';
import { readTrust, type TrustBesidesClock } from '../trust-options.ts';
import { readEvidence } from './read-evidence.ts';

const exitOf = { holds: exit.holds, refuted: exit.refuted, open: exit.unknown } as const;
const replays = ['auto', 'never', 'always'] as const;

/** Judges evidence from anywhere, with a second run where one can be had. */
export async function check(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const trust = readTrust(invocation);
  const from = listOption(invocation, 'from').map(nodeUrl);
  const peer = flag(invocation, 'peer');
  const replay = choiceOption(invocation, 'replay', replays, peer ? 'never' : 'auto');
  const evidence = await readEvidence(argument(invocation), invocation);
  const now = { ...trust, now: Date.now() };
  let verdict = verify(evidence, now);
  if (replay !== 'never' && mayRun(verdict)) verdict = await replayHere(evidence, now, from, invocation);
  if (peer && (mayRun(verdict) || unavailable(verdict))) verdict = await askPeer(evidence, trust, invocation);
  if (flag(invocation, 'json')) terminal.json(verdict);
  else printVerdict(terminal, verdict);
  const wanted: ClaimName[] = ['integrity', 'signer'];
  if (trust.witnessThreshold) wanted.push('log');
  if (replay === 'always' || peer) wanted.push('execution');
  return exitOf[judge(verdict, wanted)];
}

/** Whether nothing but a run is missing for the claim of execution. */
const mayRun = (verdict: Verdict): boolean => claimOf(verdict, 'execution').reason === 'not-asked';

const unavailable = (verdict: Verdict): boolean => claimOf(verdict, 'execution').reason === 'unavailable';

async function replayHere(
  evidence: Uint8Array,
  trust: Trust,
  from: readonly string[],
  invocation: Invocation,
): Promise<Verdict> {
  const { home, terminal, signal } = invocation;
  const node = await reachableNode(invocation);
  const status = node && (await operatorStatus(node, signal));
  const hosts = hostsBy(from, node, followsPrivate(status));
  await using replayer = createLocalReplayer({ home, hosts, terminal });
  // Awaited here: the replayer is disposed when this function ends.
  return await verifyWith(evidence, trust, { replayer }, { signal });
}

/** A replay needs no node: one that does not answer is as good as none, unless it was named. */
async function reachableNode(invocation: Invocation): Promise<FoundNode | undefined> {
  const node = await findNode(invocation);
  if (!node || invocation.options['node'] !== undefined) return node;
  try {
    await node.api.request('/models', { signal: invocation.signal });
    return node;
  } catch (error) {
    invocation.signal.throwIfAborted();
    if (isCoded(error)) return undefined;
    throw error;
  }
}

async function askPeer(
  evidence: Uint8Array,
  trust: TrustBesidesClock,
  invocation: Invocation,
): Promise<Verdict> {
  const { api } = await needNode(invocation);
  const client = createClient({ baseUrl: api.baseUrl, trust });
  return client.verify(evidence, { check: 'peer', signal: invocation.signal });
}
