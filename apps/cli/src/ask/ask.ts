import { AnswerError, type Check, createClient, type Question, wantedClaims } from '@isobit/client';
import { type Evidence, encodeEvidence, fast, onnxExact, receiptDigest } from '@isobit/receipt';
import { judge } from '@isobit/verify';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { writeWhole } from '../files/write-file.ts';
import { readQuestion } from '../input/read-question.ts';
import { argument, choiceOption, countOption, flag, listOption, textOption } from '../invocation.ts';
import { needNode } from '../nodes/find-node.ts';
import { followsPrivate, operatorStatus } from '../nodes/status.ts';
import { hostsBy } from '../replay/blob-hosts.ts';
import { createLocalReplayer } from '../replay/local-replayer.ts';
import { readTrust } from '../trust-options.ts';
import { askAgainWithTrace } from './again-with-trace.ts';
import { printAnswered, printWithheld, type RunOutput } from './print.ts';
import { resolveModel } from './resolve-model.ts';

const checks = ['none', 'signature', 'replay', 'peer'] as const satisfies readonly Check[];
const profiles = { exact: onnxExact.name, fast: fast.name } as const;
const exitOf = { holds: exit.holds, refuted: exit.refuted, open: exit.unknown } as const;

/** Asks a model and prints the answer with its verdict, or why it is withheld. */
export async function ask(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, stdin, home } = invocation;
  const check = choiceOption(invocation, 'check', checks, 'signature');
  const options = readOptions(invocation);
  const node = await needNode(invocation);
  if (options.keep && !node.isOperator)
    throw cliError(
      'NO_TOKEN',
      `only its operator may leave evidence with ${node.api.baseUrl}: give --token FILE, or leave --keep out`,
    );
  const model = await resolveModel(argument(invocation), node, invocation);
  const { profile: bodyProfile, ...content } = await readQuestion({
    files: listOption(invocation, 'input'),
    manifest: model.manifest,
    stdin,
    signal,
  });
  const status = await operatorStatus(node, signal);
  const trust = readTrust(invocation);
  const network =
    invocation.options['network'] === undefined ? (status?.network ?? trust.network) : trust.network;
  await using replayer = createLocalReplayer({
    home,
    hosts: hostsBy([], node, followsPrivate(status)),
    terminal,
  });
  const client = createClient({ baseUrl: node.api.baseUrl, replayer, trust: { ...trust, network } });
  const profile = options.profile ?? bodyProfile;
  const keep = async (evidence: Evidence): Promise<void> => {
    if (options.out !== undefined) await writeWhole(options.out, encodeEvidence(evidence));
    if (!options.keep) return;
    await node.api.keepEvidence(evidence, signal);
    terminal.note(`page: ${node.api.baseUrl}/r/${receiptDigest(evidence.receipt)}`);
  };
  const question: Question = {
    model,
    ...content,
    ...options.question,
    ...(profile ? { profile } : {}),
    check,
    signal,
  };
  try {
    const answer = await client.infer(question);
    await keep(answer.evidence);
    printAnswered(options.output, model, answer, terminal);
    return exitOf[judge(answer.verdict, claimsOf(check, trust.witnessThreshold))];
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const { evidence, verdict } = (await askAgainWithTrace(client, question, error)) ?? error;
    await keep(evidence);
    printWithheld(options.output, { evidence, verdict, message: error.message }, terminal);
    return error.code === 'ANSWER_REFUTED' ? exit.refuted : exit.unknown;
  }
}

const claimsOf = (check: Check, threshold: number | undefined) => [
  ...wantedClaims[check],
  ...(threshold ? (['log'] as const) : []),
];

interface RunOptions {
  readonly profile?: string;
  readonly out: string | undefined;
  readonly keep: boolean;
  readonly output: RunOutput;
  readonly question: Pick<Question, 'trace' | 'witnesses' | 'deadlineMs'>;
}

function readOptions(invocation: Invocation): RunOptions {
  const profile =
    invocation.options['profile'] === undefined
      ? undefined
      : choiceOption(invocation, 'profile', ['exact', 'fast'], 'exact');
  const witnesses = countOption(invocation, 'witnesses', 0);
  const seconds = countOption(invocation, 'deadline', 1);
  const out = textOption(invocation, 'out');
  return {
    ...(profile === undefined ? {} : { profile: profiles[profile] }),
    out,
    keep: flag(invocation, 'keep'),
    output: { form: flag(invocation, 'json') ? 'json' : flag(invocation, 'raw') ? 'raw' : 'text', out },
    question: {
      ...(flag(invocation, 'trace') ? { trace: true } : {}),
      ...(witnesses === undefined ? {} : { witnesses }),
      ...(seconds === undefined ? {} : { deadlineMs: seconds * 1000 }),
    },
  };
}
