import { isCoded } from '@isobit/core';
import { hasWeights, isLanguageFormat } from '@isobit/model';
import { decimalOf, encodeEvidence, receiptDigest } from '@isobit/receipt';
import { checks, openCheckingClient } from '../ask/checking-client.ts';
import { resolveModel } from '../ask/resolve-model.ts';
import { createTextPrinter } from '../ask/text-printer.ts';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { writeWhole } from '../files/write-file.ts';
import { argument, choiceOption, countOption, textOption } from '../invocation.ts';
import { needNode } from '../nodes/find-node.ts';
import type { Terminal } from '../output/terminal.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { printTurn } from './print-turn.ts';
import { readLines } from './read-lines.ts';

/** Tokens of an answer where nobody says how many. */
const DEFAULT_TOKENS = 1_024;
const PROMPT = '> ';

/** Talks until the input ends or says so. Exit 1 where the last answer was refuted. @throws CodedError as its parts */
export async function chat(invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal, stdin } = invocation;
  const check = choiceOption(invocation, 'check', checks, 'signature');
  const maxTokens = countOption(invocation, 'max-tokens', 1) ?? DEFAULT_TOKENS;
  const sampling = samplingOf(invocation);
  const node = await needNode(invocation);
  const model = await resolveModel(argument(invocation), node, invocation);
  const { format, chatTemplate, title } = model.manifest;
  // What a server behind a worker does with a conversation is its own affair.
  if (!isLanguageFormat(format) || (chatTemplate === undefined && hasWeights(format)))
    throw cliError('USAGE', `"${title}" has no chat template, so it does not talk: ask it with isobit run`);
  await using checking = await openCheckingClient(invocation, node);
  const conversation = createConversation({
    client: checking.client,
    model,
    check,
    system: textOption(invocation, 'system'),
    maxTokens,
    sampling,
    clock: Date.now,
  });
  terminal.note(`${title}: /help lists what else may be said`);
  let code: ExitCode = exit.holds;
  const prompt = (): void => {
    if (terminal.isScreen) terminal.write(PROMPT);
  };
  prompt();
  for await (const line of readLines(stdin, signal)) {
    const words = line.trim();
    if (words === '/exit' || words === '/quit') return code;
    if (words.startsWith('/')) await obey(words, conversation, terminal);
    else if (words !== '') code = await turn(words, conversation, terminal, signal);
    prompt();
  }
  return code;
}

async function turn(
  words: string,
  conversation: Conversation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const printer = createTextPrinter(terminal);
  try {
    const said = await conversation.say(words, printer.onPiece, signal);
    const response = conversation.evidence?.response;
    if (!said.refused && response?.kind === 'text') printer.finish(response);
    else printer.breakOff();
    printTurn(terminal, said, conversation.evidence);
    if (!said.refused) return exit.holds;
    return said.refused.code === 'ANSWER_REFUTED' ? exit.refuted : exit.unknown;
  } catch (error) {
    signal.throwIfAborted();
    printer.breakOff();
    if (!isCoded(error)) throw error;
    // A conversation that grew too long, a worker that is busy: the next line may fare better.
    terminal.note(`isobit chat: ${error.message}`);
    return exit.unknown;
  }
}

const HELP: readonly (readonly [string, string])[] = [
  ['/evidence [FILE]', 'writes the evidence of the last answer; isobit verify FILE checks it anywhere'],
  ['/new', 'begins another conversation'],
  ['/help', 'this list'],
  ['/exit', 'ends; so does the end of the input'],
];

async function obey(words: string, conversation: Conversation, terminal: Terminal): Promise<void> {
  const [command, ...rest] = words.split(/\s+/);
  switch (command) {
    case '/evidence':
      return writeEvidence(rest.join(' '), conversation, terminal);
    case '/new':
      conversation.begin();
      return terminal.note('a new conversation');
    case '/help':
      for (const [usage, help] of HELP) terminal.note(`${usage.padEnd(18)}${help}`);
      return undefined;
    default:
      return terminal.note(`there is no ${command}: /help lists what there is`);
  }
}

const DIGITS = 12;

async function writeEvidence(file: string, { evidence }: Conversation, terminal: Terminal): Promise<void> {
  if (!evidence) return terminal.note('no answer yet: say something first');
  const path = file || `answer-${receiptDigest(evidence.receipt).slice(0, DIGITS)}.isobit.json`;
  try {
    await writeWhole(path, encodeEvidence(evidence));
    terminal.note(`Evidence: ${path}  (check it anywhere: isobit verify ${path})`);
  } catch (error) {
    if (!isCoded(error, 'FILE')) throw error;
    terminal.note(error.message);
  }
}

function samplingOf(invocation: Invocation): { temperature: string } | undefined {
  const text = textOption(invocation, 'temperature');
  if (text === undefined) return undefined;
  const temperature = /^\d*\.?\d+$/.test(text) ? decimalOf(Number(text)) : undefined;
  if (temperature === undefined)
    throw cliError('USAGE', `--temperature takes a number such as 0.7, not "${text}"`);
  return { temperature };
}
