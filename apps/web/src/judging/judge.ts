import { printable } from '@isobit/core';
import { type Manifest, openManifest } from '@isobit/model';
import { decodeEvidence, type Evidence, type Response, responseTensors } from '@isobit/receipt';
import {
  alsoNotChecked,
  type Claim,
  claimOf,
  type Difference,
  isTokenDifference,
  type NamedToken,
  type OperatorDifference,
  type Replayer,
  type Trust,
  type Verdict,
  verify,
  verifyWith,
} from '@isobit/verify';
import { pageError } from '../errors.ts';
import { printableText } from './printable-text.ts';
import { readEvidence } from './read-evidence.ts';
import { labelsOf, summarize } from './summary.ts';
import { createTabReplayer } from './tab-replayer.ts';
import {
  type ByteSources,
  type Computed,
  type Confirmed,
  type EvidenceSource,
  gatherConfirmed,
  type Judged,
  type Task,
  type Watcher,
} from './task.ts';
import { summarizeTensor } from './tensor-summary.ts';
import { readTrust } from './trust.ts';

/**
 * Reads evidence, judges it and, where the task says how, runs it again.
 *
 * @throws CodedError of `PageErrorCode`, of the node
 */
export async function judge(task: Task, watcher: Watcher): Promise<Judged> {
  const trust = readTrust(task.trust, task.now);
  const bytes = await readEvidence(task.evidence, watcher.onProgress);
  const { verdict, found } = task.replay
    ? await runAgain(bytes, trust, task.replay, watcher)
    : { verdict: verify(bytes, trust) };
  checkIsAsked(task.evidence, verdict);
  const evidence = verdict.receipt === undefined ? undefined : decodeEvidence(bytes);
  const manifest = evidence && manifestOf(evidence, verdict);
  return {
    bytes,
    verdict: presentable(verdict),
    ...(evidence ? { summary: summarize(evidence, manifest) } : {}),
    ...(found ? { computed: computedOf(found, manifest) } : {}),
  };
}

/** A node may give any evidence it likes, so the receipt in it must be the one that the address names. */
function checkIsAsked(source: EvidenceSource, verdict: Verdict): void {
  if (source.kind !== 'node' || verdict.receipt === undefined || verdict.receipt === source.digest) return;
  throw pageError(
    'EVIDENCE_OTHER',
    `the node at ${source.baseUrl} gave the evidence of receipt ${verdict.receipt}, not of ${source.digest}: do not rely on that node`,
  );
}

async function runAgain(
  bytes: Uint8Array,
  trust: Trust,
  sources: ByteSources,
  { onProgress, onConfirmed }: Watcher,
): Promise<{ verdict: Verdict; found?: Found }> {
  const confirmed: Confirmed[] = [];
  await using replayer = await createTabReplayer(sources, {
    onProgress,
    onConfirmed(more) {
      confirmed.push(more);
      onConfirmed(more);
    },
  });
  let found: Found | undefined;
  const watched: Replayer = {
    ...replayer,
    async run(replay, options) {
      const result = await replayer.run(replay, options);
      found = { response: result.response };
      return result;
    },
    async check(replay, options) {
      const result = await replayer.check(replay, options);
      found ??= { confirmed: gatherConfirmed(confirmed) };
      return result;
    },
  };
  const verdict = await verifyWith(bytes, trust, { replayer: watched });
  return { verdict, ...(found ? { found } : {}) };
}

/** What a run here came to: an answer, or as much of one as is the same. */
interface Found {
  readonly response?: Response;
  readonly confirmed?: readonly Confirmed[];
}

function computedOf({ response, confirmed = [] }: Found, manifest: Manifest | undefined): Computed {
  const outputs = response?.kind === 'tensors' ? responseTensors(response) : [];
  return { outputs: outputs.map(summarizeTensor), labels: labelsOf(outputs, manifest), confirmed };
}

function manifestOf(evidence: Evidence, verdict: Verdict): Manifest | undefined {
  return claimOf(verdict, 'model').status === 'verified'
    ? openManifest(evidence.manifest).manifest
    : undefined;
}

/** The verdict as the page shows it: what no claim says below them, a stranger's words printable and short. */
const presentable = (verdict: Verdict): Verdict => ({
  ...verdict,
  claims: verdict.claims.map(presentableClaim),
  notChecked: alsoNotChecked(verdict).map((line) => printable(line, 500)),
});

const presentableClaim = (claim: Claim): Claim => ({
  ...claim,
  detail: printable(claim.detail, 500),
  ...(claim.difference ? { difference: presentableDifference(claim.difference) } : {}),
  ...(claim.operator ? { operator: presentableOperator(claim.operator) } : {}),
});

function presentableDifference(difference: Difference): Difference {
  if (isTokenDifference(difference)) {
    const { claimed, computed } = difference;
    return {
      ...difference,
      ...(claimed ? { claimed: presentableToken(claimed) } : {}),
      ...(computed ? { computed: presentableToken(computed) } : {}),
    };
  }
  return {
    ...difference,
    ...('tensor' in difference ? { tensor: printable(difference.tensor) } : {}),
    claimed: printable(difference.claimed, 200),
    computed: printable(difference.computed, 200),
  };
}

const presentableToken = ({ token, text }: NamedToken): NamedToken => ({
  token,
  ...(text === undefined ? {} : { text: printableText(text, 200) }),
});

const SHOWN_INPUTS = 12;

const presentableOperator = (operator: OperatorDifference): OperatorDifference => ({
  ...operator,
  node: printable(operator.node),
  op: printable(operator.op),
  inputs: operator.inputs
    .slice(0, SHOWN_INPUTS)
    .map(({ name, digest }) => ({ name: printable(name), digest })),
});
