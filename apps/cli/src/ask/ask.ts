import { AnswerError, type Check, wantedClaims } from '@isobit/client';
import { type Evidence, encodeEvidence, receiptDigest } from '@isobit/receipt';
import { judge } from '@isobit/verify';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { writeWhole } from '../files/write-file.ts';
import { argument, choiceOption } from '../invocation.ts';
import { needNode } from '../nodes/find-node.ts';
import { readAsking } from './asking.ts';
import { checks, openCheckingClient } from './checking-client.ts';
import { readOptions } from './options.ts';
import { printAsked, printWithheld } from './print.ts';
import { resolveModel } from './resolve-model.ts';

const exitOf = { holds: exit.holds, refuted: exit.refuted, open: exit.unknown } as const;

/** Asks a model and prints the answer with its verdict, or why it is withheld. */
export async function ask(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const check = choiceOption(invocation, 'check', checks, 'signature');
  const options = readOptions(invocation);
  const node = await needNode(invocation);
  if (options.keep && !node.isOperator)
    throw cliError(
      'NO_TOKEN',
      `only its operator may leave evidence with ${node.api.baseUrl}: give --token FILE, or leave --keep out`,
    );
  const model = await resolveModel(argument(invocation), node, invocation);
  const asking = await readAsking(invocation, { model, check, options });
  await using checking = await openCheckingClient(invocation, node);
  const { client, trust } = checking;
  const keep = async (evidence: Evidence): Promise<void> => {
    if (options.out !== undefined) await writeWhole(options.out, encodeEvidence(evidence));
    if (!options.keep) return;
    await node.api.keepEvidence(evidence, signal);
    terminal.note(`page: ${node.api.baseUrl}/r/${receiptDigest(evidence.receipt)}`);
  };
  try {
    const asked = await asking.ask(client);
    await keep(asked.evidence);
    printAsked(options, asked, terminal);
    return exitOf[judge(asked.verdict, claimsOf(check, trust.witnessThreshold))];
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const { evidence, verdict } = (await asking.refused(client, error)) ?? error;
    signal.throwIfAborted();
    await keep(evidence);
    const { message } = error;
    printWithheld(options, { evidence, verdict, message, isShown: asking.isShown }, terminal);
    return error.code === 'ANSWER_REFUTED' ? exit.refuted : exit.unknown;
  }
}

const claimsOf = (check: Check, threshold: number | undefined) => [
  ...wantedClaims[check],
  ...(threshold ? (['log'] as const) : []),
];
