import { fromBase64, fromHex } from '@isobit/core';
import { createResponse, responseDigest, type Tensor, traceRoot } from '@isobit/receipt';
import { exactError } from '../errors.ts';
import type { ModelSource, Runtime } from '../runtime.ts';
import { knownAnswer } from './known-answer-data.ts';
import { memorySource } from './memory-source.ts';

const SALT = new Uint8Array(32);

/**
 * Runs a model whose answer is known, with subnormals, NaN, integer overflow, half-width floats and the operators
 * of small networks, and compares the bits of the answer and of every value between. To be passed before the first
 * signature of a process and again from time to time: a native library that changes the float mode would show here.
 *
 * @param runtime an exact one
 * @throws CodedError `ENGINE_SELF_TEST` when the bits differ, or as `Runtime.load`
 */
export async function selfTest(runtime: Runtime, signal?: AbortSignal): Promise<void> {
  const options = signal ? { signal } : {};
  await using loaded = await runtime.load(source(), options);
  const { outputs, trace } = await loaded.run(inputs(), { ...options, trace: { salt: SALT } });
  const response = responseDigest(createResponse(outputs), SALT);
  const root = trace && traceRoot(trace, SALT);
  if (response === knownAnswer.response && root === knownAnswer.trace) return;
  throw exactError(
    'ENGINE_SELF_TEST',
    `the engine ${runtime.engine.name} ${runtime.engine.version} fails its known-answer test on this machine: it must not sign exact answers; look for a native library that changes the float mode, or report your processor and system`,
    {
      expected: knownAnswer.response,
      computed: response,
    },
  );
}

const inputs = (): Tensor[] =>
  knownAnswer.inputs.map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape,
    data: fromHex(knownAnswer.values[name] as string),
  }));

const source = (): ModelSource =>
  memorySource(fromBase64(knownAnswer.model), {
    title: 'known answer',
    inputs: [...knownAnswer.inputs],
    outputs: [...knownAnswer.outputs],
  });
