import { type Request, responseDigest, saltOf, traceRoot } from '@isobit/receipt';
import { exactError } from './errors.ts';
import { languageKnownAnswer } from './llm/known-answer.ts';
import { onnxKnownAnswer } from './onnx/known-answer.ts';
import type { ModelSource, Runtime } from './runtime.ts';

/** A model whose answer to one request is known. */
export interface KnownAnswer {
  source(): ModelSource;
  request(): Request;
  /** Digest of the response and root of the trace; 64 hex characters each. */
  readonly response: string;
  readonly trace: string;
}

/** Of the profiles whose engines are of this package. */
const knownAnswers: Readonly<Record<string, KnownAnswer>> = {
  'onnx-exact-1': onnxKnownAnswer,
  'llm-exact-1': languageKnownAnswer,
};

export interface SelfTestOptions {
  readonly signal?: AbortSignal;
  /** Absent: that of the profile, where its engine is of this package. */
  readonly known?: KnownAnswer;
}

/**
 * Asks a model whose answer is known, and compares the bits of the answer and of every value between. To be passed
 * before the first signature of a process and again from time to time: a native library that changes the float mode
 * would show here.
 *
 * @param runtime an exact one
 * @throws CodedError `ENGINE_SELF_TEST` when the bits differ, or as `Runtime.load`
 */
export async function selfTest(
  runtime: Runtime,
  { signal, known = knownAnswers[runtime.profile.name] }: SelfTestOptions = {},
): Promise<void> {
  const options = signal ? { signal } : {};
  const { name, version } = runtime.engine;
  if (!known)
    throw exactError(
      'ENGINE_SELF_TEST',
      `no answer is known that would test profile ${runtime.profile.name}`,
    );
  await using loaded = await runtime.load(known.source(), options);
  const request = known.request();
  const { response, trace } = await loaded.execute(request, { ...options, trace: true });
  const salt = saltOf(request);
  const computed = responseDigest(response, salt);
  if (computed === known.response && trace && traceRoot(trace, salt) === known.trace) return;
  throw exactError(
    'ENGINE_SELF_TEST',
    `the engine ${name} ${version} fails its known-answer test on this machine: it must not sign exact answers; look for a native library that changes the float mode, or report your processor and system`,
    { expected: known.response, computed },
  );
}
