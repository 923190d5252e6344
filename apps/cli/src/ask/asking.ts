import type { AnswerError, Check, Client, ResolvedModel } from '@isobit/client';
import { canonicalText } from '@isobit/core';
import { isLanguageFormat } from '@isobit/model';
import { createResponse, type Evidence, inferFromResponse, type Tensor } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';
import type { Invocation } from '../command.ts';
import { readQuestion } from '../input/read-question.ts';
import { printAnswer } from '../output/answer.ts';
import type { Terminal } from '../output/terminal.ts';
import { askAgainWithTrace } from './again-with-trace.ts';
import type { AskOptions } from './options.ts';
import { createTextPrinter } from './text-printer.ts';
import { readTextQuestion, readTexts } from './text-question.ts';

/** An answer that was checked as far as asked. */
export interface Asked {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** Shows it to people, as far as they have not seen it come. */
  print(): void;
  /** Its members in what programs read. */
  readonly json: string;
  /** The whole of it as JSON; absent where `--raw` means something else. */
  readonly raw?: string;
}

/** One question of the command line, ready to be asked. */
export interface Asking {
  /** @throws AnswerError; CodedError of the node */
  ask(client: Client): Promise<Asked>;
  /** After a refusal: a second one that says more, or undefined. Ends what was shown so far. */
  refused(client: Client, error: AnswerError): Promise<AnswerError | undefined>;
  /** Whether a text was shown before it was checked. */
  readonly isShown: boolean;
}

interface Common {
  readonly model: ResolvedModel;
  readonly check: Check;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
  readonly options: AskOptions;
}

/** Reads the question that the command line holds for a model. @throws CodedError as its readers */
export async function readAsking(
  invocation: Invocation,
  common: Omit<Common, 'signal' | 'terminal'>,
): Promise<Asking> {
  const all: Common = { ...common, signal: invocation.signal, terminal: invocation.terminal };
  const { format, task } = common.model.manifest;
  if (!isLanguageFormat(format)) return askTensors(invocation, all);
  return task === 'text-embedding' ? askEmbedding(invocation, all) : askText(invocation, all);
}

const nothingMore = async (): Promise<undefined> => undefined;

async function askTensors(invocation: Invocation, common: Common): Promise<Asking> {
  const { model, check, signal, terminal, options } = common;
  const { profile, ...content } = await readQuestion({
    files: inputs(invocation),
    manifest: model.manifest,
    stdin: invocation.stdin,
    signal,
  });
  const question = { model, ...content, ...(profile ? { profile } : {}), ...options.question, check, signal };
  return {
    isShown: false,
    async ask(client) {
      const { outputs, ...found } = await client.infer(question);
      return { ...found, ...ofTensors(outputs, model, terminal) };
    },
    refused: (client, error) =>
      askAgainWithTrace(error, () =>
        client.infer({ ...question, trace: true, routing: { worker: error.evidence.receipt.worker } }),
      ),
  };
}

async function askEmbedding(invocation: Invocation, common: Common): Promise<Asking> {
  const { model, check, signal, terminal, options } = common;
  const texts = await readTexts(invocation);
  return {
    isShown: false,
    async ask(client) {
      const { outputs, ...found } = await client.embed({ model, texts, ...options.question, check, signal });
      return { ...found, ...ofTensors(outputs, model, terminal) };
    },
    refused: nothingMore,
  };
}

async function askText(invocation: Invocation, common: Common): Promise<Asking> {
  const { model, check, signal, terminal, options } = common;
  const members = await readTextQuestion(invocation, model.manifest);
  const printer = options.isJson ? undefined : createTextPrinter(terminal);
  return {
    isShown: printer !== undefined,
    async ask(client) {
      const { response, ...found } = await client.generate({
        model,
        ...members,
        ...options.question,
        check,
        signal,
        ...(printer ? { onPiece: printer.onPiece } : {}),
      });
      return {
        ...found,
        print() {
          printer?.finish(response);
          terminal.line();
        },
        json: `"response":${canonicalText(response)}`,
      };
    },
    async refused() {
      printer?.breakOff();
      return undefined;
    },
  };
}

const inputs = ({ options }: Invocation): readonly string[] => {
  const given = options['input'];
  return Array.isArray(given) ? given : [];
};

function ofTensors(outputs: readonly Tensor[], { manifest }: ResolvedModel, terminal: Terminal) {
  return {
    print() {
      printAnswer(terminal, outputs, manifest);
      terminal.line();
    },
    json: `"outputs":${outputsJson(outputs)}`,
    raw: inferFromResponse(createResponse(outputs), { modelName: manifest.title }).json,
  };
}

/** The outputs as the Open Inference Protocol spells them: 64-bit integers keep all their digits. */
function outputsJson(outputs: readonly Tensor[]): string {
  const { json } = inferFromResponse(createResponse(outputs), { modelName: '' });
  return json.slice(json.indexOf('"outputs":') + '"outputs":'.length, -1);
}
