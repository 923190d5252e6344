import { decodeCanonical, fromBase64, fromHex, toHex, utf8 } from '@isobit/core';
import {
  firstDifference,
  firstTokenDifference,
  isTokenTrace,
  type Request,
  requestKind,
  responseDigest,
  responseTensors,
  saltOf,
  type TokenTrace,
  type Trace,
  traceKind,
  traceRoot,
} from '@isobit/receipt';
import { inspectOnnx, type TensorRuntime } from '../src/index.ts';
import { hostileSource, sourceOf } from './source.ts';

/** One file of specs/vectors/{profile-onnx-exact-1,trace}; which members stand depends on `kind`. */
export interface Vector {
  readonly description: string;
  readonly kind: keyof typeof operations;
  readonly onnx?: string;
  readonly request?: Request;
  readonly text?: string;
  readonly salt?: string;
  readonly claimed?: Trace;
  readonly computed?: Trace;
  readonly expected?: unknown;
  readonly error?: string;
}

const file = (vector: Vector) => fromBase64(vector.onnx as string);

async function answer(vector: Vector, runtime: TensorRuntime, trace: boolean) {
  const request = requestKind.parse(vector.request);
  const bytes = file(vector);
  await using loaded = await runtime.load(isSound(bytes) ? sourceOf(bytes) : hostileSource(bytes));
  return { request, ...(await loaded.execute(request, { trace })) };
}

function isSound(bytes: Uint8Array): boolean {
  try {
    return Boolean(inspectOnnx(bytes));
  } catch {
    return false;
  }
}

/** What each kind of vector does: the results by name, or a coded error. */
export const operations = {
  async inspect(vector: Vector): Promise<unknown> {
    const { inputs, outputs, nodes, alwaysObserved } = inspectOnnx(file(vector));
    return { inputs, outputs, nodes: nodes.length, halfWidth: alwaysObserved };
  },
  async run(vector: Vector, runtime: TensorRuntime): Promise<unknown> {
    const { request, response } = await answer(vector, runtime, false);
    return {
      response: responseDigest(response, saltOf(request)),
      outputs: responseTensors(response).map(({ name, datatype, shape, data }) => ({
        name,
        datatype,
        shape,
        hex: toHex(data),
      })),
    };
  },
  async trace(vector: Vector, runtime: TensorRuntime): Promise<unknown> {
    const { request, response, trace } = await answer(vector, runtime, true);
    return {
      trace,
      root: traceRoot(trace as Trace, saltOf(request)),
      response: responseDigest(response, saltOf(request)),
    };
  },
  async document(vector: Vector): Promise<unknown> {
    const trace = traceKind.parse(decodeCanonical(utf8(vector.text as string)));
    return { root: traceRoot(trace, fromHex(vector.salt as string)) };
  },
  async difference(vector: Vector): Promise<unknown> {
    const [claimed, computed] = [traceKind.parse(vector.claimed), traceKind.parse(vector.computed)];
    const found =
      isTokenTrace(claimed) || isTokenTrace(computed)
        ? firstTokenDifference(claimed as TokenTrace, computed as TokenTrace)
        : firstDifference(claimed, computed);
    return found ? { index: found.index, difference: found.kind } : { difference: 'none' };
  },
};
