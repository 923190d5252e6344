import { exactError, throwIfAborted } from '@isobit/exact';
import {
  checkRequest,
  createSequences,
  createSteppedEngine,
  type TokenEngine,
  type TokenRequest,
  type TokenStep,
} from '@isobit/exact/llm';
import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { openLlama } from './open-llama.ts';

export interface LlamaEngineOptions {
  /** Absolute path of a GGUF file of any architecture that this llama.cpp runs. */
  readonly path: string;
  /** Positions of one answer at most. */
  readonly context: number;
  /** Answers at once. Default 1. */
  readonly sequences?: number;
  /** Default 1: two collapse on shared cores. */
  readonly threads?: number;
}

/**
 * llama.cpp, native, under the profile `fast`. Answers that need the logits (a grammar, log probabilities, a bias) are
 * sampled as the exact profiles are; all others by llama.cpp itself, which is quicker.
 *
 * @throws CodedError `MODEL_REFUSED`, `ENGINE_UNAVAILABLE`
 */
export async function createLlamaEngine({
  path,
  context: positions,
  sequences: count = 1,
  threads = 1,
}: LlamaEngineOptions): Promise<TokenEngine> {
  const llama = await openLlama();
  const refused = async (error: unknown): Promise<never> => {
    await llama.dispose();
    throw exactError('MODEL_REFUSED', `llama.cpp refused the model: ${String(error)}`, {}, error);
  };
  const model = await llama.loadModel({ modelPath: path }).catch(refused);
  const context = await model
    .createContext({ contextSize: positions, sequences: count, threads, flashAttention: false })
    .catch(refused);
  const sequences = createSequences(Array.from({ length: count }, () => context.getSequence()));
  const size = { vocabulary: vocabularyOf(model), context: positions };

  const stepped = createSteppedEngine({
    ...size,
    async open(signal) {
      const { sequence, ...borrowed } = await borrowClean(signal);
      return {
        async feed(tokens, stop) {
          const last = await feedAllButLast(sequence, tokens, stop);
          return logitsAfter(sequence, last, size.vocabulary);
        },
        [Symbol.asyncDispose]: async () => borrowed[Symbol.dispose](),
      };
    },
    close: () => llama.dispose(),
  });

  async function borrowClean(signal?: AbortSignal) {
    const borrowed = await sequences.borrow(signal);
    await borrowed.sequence.clearHistory();
    return borrowed;
  }

  async function* sampledByLlama(request: TokenRequest, signal?: AbortSignal): AsyncGenerator<TokenStep> {
    checkRequest(request, size);
    using borrowed = await borrowClean(signal);
    const { prompt, ends, stop, most } = request;
    const tokens = [...prompt];
    const left = Math.min(most, positions - prompt.length);
    if (left === 0) return;
    const steps = borrowed.sequence.evaluate(
      [await feedAllButLast(borrowed.sequence, prompt, signal)],
      evaluateOptions(request, () => tokens as Token[]),
    );
    for await (const token of steps) {
      throwIfAborted(signal, 'the generation');
      tokens.push(token);
      yield { token };
      const ended = stop?.accept(token) ?? false;
      if (ended || ends?.has(token) || tokens.length - prompt.length >= left) return;
    }
  }

  return {
    ...size,
    generate: (request, options = {}) =>
      needsLogits(request) ? stepped.generate(request, options) : sampledByLlama(request, options.signal),
    check: (request, answer, options) => stepped.check(request, answer, options),
    [Symbol.asyncDispose]: () => stepped[Symbol.asyncDispose](),
  };
}

/** A bias too: node-llama-cpp passes over those of tokens that end an answer. */
const needsLogits = ({ constraint, alternatives, trace, parameters }: TokenRequest): boolean =>
  constraint !== undefined ||
  alternatives !== undefined ||
  trace !== undefined ||
  (parameters.logitBias?.size ?? 0) > 0;

const vocabularyOf = (model: LlamaModel): number => model.fileInfo.metadata.tokenizer.ggml.tokens.length;

/** Tokens of a prompt after which a caller that left is noticed: a large model takes seconds for them. */
const PIECE = 128;

/** @returns the last one, for who wants to know what follows it */
async function feedAllButLast(
  sequence: LlamaContextSequence,
  tokens: readonly number[],
  signal?: AbortSignal,
): Promise<Token> {
  const before = tokens.slice(0, -1) as Token[];
  for (let at = 0; at < before.length; at += PIECE) {
    throwIfAborted(signal, 'the run');
    await sequence.evaluateWithoutGeneratingNewTokens(before.slice(at, at + PIECE));
  }
  throwIfAborted(signal, 'the run');
  return tokens.at(-1) as Token;
}

async function logitsAfter(
  sequence: LlamaContextSequence,
  token: Token,
  vocabulary: number,
): Promise<Float32Array> {
  const found = await sequence.controlledEvaluate([[token, { generateNext: { logits: true } }]]);
  const logits = new Float32Array(vocabulary);
  for (const [token, logit] of found.at(-1)?.next.logits ?? []) logits[token] = logit;
  return logits;
}

/** Section 11's parameters in llama.cpp's words. Its seed has 32 bits; each answer to a request has one of its own. */
function evaluateOptions(
  { parameters: p, choice = 0 }: TokenRequest,
  before: () => Token[],
): SequenceEvaluateOptions {
  const penalised =
    (p.repeatPenalty ?? 1) !== 1 || (p.presencePenalty ?? 0) !== 0 || (p.frequencyPenalty ?? 0) !== 0;
  return {
    temperature: p.temperature ?? 1,
    topK: p.topK ?? 0,
    topP: p.topP ?? 1,
    minP: p.minP ?? 0,
    seed: Number((p.seed + BigInt(choice)) & 0xffffffffn),
    yieldEogToken: true,
    ...(penalised
      ? {
          repeatPenalty: {
            punishTokens: () => before().slice(-(p.penaltyWindow ?? before().length) || before().length),
            penalty: p.repeatPenalty ?? 1,
            presencePenalty: p.presencePenalty ?? 0,
            frequencyPenalty: p.frequencyPenalty ?? 0,
          },
        }
      : {}),
  };
}
