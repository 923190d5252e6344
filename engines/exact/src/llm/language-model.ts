import {
  createTextResponse,
  type Grammar,
  ofKind,
  type Request,
  type TextRequest,
  usageOf,
} from '@isobit/receipt';
import { exactError, throwIfAborted } from '../errors.ts';
import type { LoadedModel } from '../runtime.ts';
import type { ChatTemplate } from './chat/chat-template.ts';
import { createAnswerText } from './text/answer-text.ts';
import { choiceOf, traceOf, traceUntil } from './text/choice.ts';
import { generateChoices } from './text/generate-choices.ts';
import { promptTokens } from './text/prompt-tokens.ts';
import { readDifference } from './text/read-difference.ts';
import { type ConstraintFactory, type SharedRequest, sharedRequest } from './text/token-request.ts';
import type { TokenEngine, TokenStep } from './token-engine.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

export interface LanguageModelOptions {
  readonly engine: TokenEngine;
  readonly tokenizer: Tokenizer;
  readonly template?: ChatTemplate | undefined;
  /**
   * Reads a grammar for this model's tokens; absent: requests with one are refused.
   *
   * @throws CodedError for one that is none or that nothing fits
   */
  readonly compile?: (grammar: Grammar) => Promise<ConstraintFactory>;
}

/** A model that can compare an answer with what it gives. */
export type LanguageModel = LoadedModel & Required<Pick<LoadedModel, 'check'>>;

/**
 * A decoder with its tokenizer and template as the function of profile-llm-exact-1: requests of kind `text` to
 * responses of that kind. It owns the engine.
 */
export function createLanguageModel(options: LanguageModelOptions): LanguageModel {
  const { engine, tokenizer } = options;

  async function prepare(given: Request, traced: boolean): Promise<Prepared> {
    const request = ofKind(given, 'text');
    const { grammar, choices = 1, stop = [] } = request;
    const prompt = promptTokens(request.prompt, options);
    const shared = sharedRequest(request, prompt, { ends: tokenizer.ends, trace: traced });
    return { request, shared, choices, stop, constraint: grammar && (await compiled(options, grammar)) };
  }

  const responseOf = ({ request, shared }: Prepared, answers: readonly (readonly TokenStep[])[]) =>
    createTextResponse({
      promptTokens: shared.prompt.length,
      choices: answers.map((steps) => choiceOf(steps, tokenizer, request)),
    });

  return {
    async execute(given, { signal, trace = false, onPiece = () => {} } = {}) {
      throwIfAborted(signal, 'the run');
      const prepared = await prepare(given, trace);
      const answers = await generateChoices({ engine, tokenizer, ...prepared, signal }, onPiece);
      const response = responseOf(prepared, answers);
      return { response, ...(trace ? { trace: traceOf(answers) } : {}), usage: usageOf(given, response) };
    },
    async check(given, claimed, { signal, trace = false } = {}) {
      throwIfAborted(signal, 'the check');
      const prepared = await prepare(given, trace);
      const { shared, choices, stop, constraint } = prepared;
      const answers = ofKind(claimed, 'text').choices;
      const checks = await Promise.all(
        Array.from({ length: choices }, (_, choice) => {
          const asked = {
            ...shared,
            choice,
            stop: createAnswerText(tokenizer, stop).stop,
            ...(constraint ? { constraint: constraint() } : {}),
          };
          return engine.check(asked, answers[choice]?.tokens ?? [], signal ? { signal } : {});
        }),
      );
      const steps = checks.map((each) => each.steps);
      for (const [choice, { difference }] of checks.entries()) {
        if (!difference) continue;
        return {
          difference: readDifference(choice, difference, tokenizer),
          ...(trace ? { trace: traceUntil(steps.slice(0, choice + 1), difference) } : {}),
        };
      }
      return { response: responseOf(prepared, steps), ...(trace ? { trace: traceOf(steps) } : {}) };
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

interface Prepared {
  readonly request: TextRequest;
  readonly shared: SharedRequest;
  readonly choices: number;
  readonly stop: readonly string[];
  readonly constraint: ConstraintFactory | undefined;
}

async function compiled({ compile }: LanguageModelOptions, grammar: Grammar): Promise<ConstraintFactory> {
  if (compile) return compile(grammar);
  throw exactError('SAMPLING_IMPOSSIBLE', 'this engine reads no grammars: ask without one');
}
