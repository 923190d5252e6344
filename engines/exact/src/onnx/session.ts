import type { Tensor } from '@isobit/receipt';
import * as ort from 'onnxruntime-web/wasm';
import { type ExactErrorCode, throwIfAborted } from '../errors.ts';
import { createTurns } from '../turns.ts';
import { sessionOptions } from './engine.ts';
import { engineFault } from './fault.ts';
import { datatypeOfOrt, fromOrt, toOrt } from './values.ts';

/** A graph inside the engine. */
export interface Session {
  /** Names of the outputs that are tensors with a datatype. */
  readonly tensors: readonly string[];
  /** @throws CodedError `RUN_FAILED`, `RUN_MEMORY`, `RUN_ABORTED`, `ENGINE_CRASHED`, `INPUT_STRING` */
  run(
    inputs: readonly Tensor[],
    fetches: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, Tensor>>;
  release(): Promise<void>;
}

/** The engine has one thread and one memory: whatever enters it does so alone. */
const engine = createTurns();

/**
 * @param refusal the code where the engine refuses the graph
 * @throws CodedError of `refusal`, `RUN_MEMORY`, `ENGINE_CRASHED`
 */
export async function openSession(bytes: Uint8Array, refusal: ExactErrorCode): Promise<Session> {
  const inner = await engine.take(async () => {
    try {
      return await ort.InferenceSession.create(bytes, sessionOptions);
    } catch (error) {
      throw engineFault(error, 'load the model', refusal);
    }
  });
  return {
    tensors: inner.outputMetadata.flatMap((meta) =>
      meta.isTensor && datatypeOfOrt(meta.type) ? [meta.name] : [],
    ),
    run: (inputs, fetches, signal) =>
      engine.take(() => {
        throwIfAborted(signal, 'the run');
        return runSession(inner, inputs, fetches);
      }),
    release: () => engine.take(() => inner.release()),
  };
}

async function runSession(
  inner: ort.InferenceSession,
  inputs: readonly Tensor[],
  fetches: readonly string[],
): Promise<Map<string, Tensor>> {
  const feeds = Object.fromEntries(
    inputs.map((tensor) => [tensor.name, toOrt<ort.Tensor>(tensor, ort.Tensor)]),
  );
  let results: ort.InferenceSession.ReturnType;
  try {
    results = await inner.run(feeds, fetches);
  } catch (error) {
    throw engineFault(error, 'run the model', 'RUN_FAILED');
  }
  return new Map(fetches.map((name) => [name, fromOrt(name, results[name] as ort.Tensor)]));
}
