import { createTextResponse, ofKind, type Request, type TextRequest, usageOf } from '@isobit/receipt';
import { throwIfAborted } from '../errors.ts';
import type { LoadedModel } from '../runtime.ts';
import type { ChatTemplate } from './chat/chat-template.ts';
import { createAnswerText } from './text/answer-text.ts';
import { choiceOf, traceOf, traceUntil } from './text/choice.ts';
import { generateChoices } from './text/generate-choices.ts';
import { createGrammars } from './text/grammars.ts';
import { promptTokens } from './text/prompt-tokens.ts';
import { readDifference } from './text/read-difference.ts';
import { type ConstraintFactory, type SharedRequest, sharedRequest } from './text/token-request.ts';
import type { TokenEngine, TokenStep } from './token-engine.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

export interface LanguageModelOptions {
  readonly engine: TokenEngine;
  readonly tokenizer: Tokenizer;
  readonly template?: ChatTemplate | undefined;
}

/** A model that can compare an answer with what it gives. */
export type LanguageModel = LoadedModel & Required<Pick<LoadedModel, 'check'>>;

/**
 * A decoder with its tokenizer and template as the function of profile-llm-exact-1: requests of kind `text` to
 * responses of that kind. It owns the engine.
 */
export function createLanguageModel(options: LanguageModelOptions): LanguageModel {
  const { engine, tokenizer } = options;
  const compile = createGrammars(tokenizer);

  function prepare(given: Request, traced: boolean): Prepared {
    const request = ofKind(given, 'text');
    const { grammar, choices = 1, stop = [] } = request;
    const prompt = promptTokens(request.prompt, options);
    const shared = sharedRequest(request, prompt, { ends: tokenizer.ends, trace: traced });
    return { request, shared, choices, stop, constraint: grammar && compile(grammar) };
  }

  const responseOf = ({ request, shared }: Prepared, answers: readonly (readonly TokenStep[])[]) =>
    createTextResponse({
      promptTokens: shared.prompt.length,
      choices: answers.map((steps) => choiceOf(steps, tokenizer, request)),
    });

  return {
    ...(engine.build ? { engine: engine.build } : {}),
    async execute(given, { signal, trace = false, onPiece = () => {} } = {}) {
      throwIfAborted(signal, 'the run');
      const prepared = prepare(given, trace);
      const answers = await generateChoices(
        { engine, tokenizer, ...prepared, asked: prepared.request, signal },
        onPiece,
      );
      const response = responseOf(prepared, answers);
      return { response, ...(trace ? { trace: traceOf(answers) } : {}), usage: usageOf(given, response) };
    },
    async check(given, claimed, { signal, trace = false } = {}) {
      throwIfAborted(signal, 'the check');
      const prepared = prepare(given, trace);
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
