import type { Execution, LoadedModel, Runtime } from '@isobit/exact';
import {
  createResponse,
  isTokenTrace,
  type OperatorTrace,
  type Request,
  type Response,
  responseTensors,
  saltOf,
  type Tensor,
  type Trace,
  usageOf,
  valueDigest,
} from '@isobit/receipt';
import { override } from './override.ts';
import { createTextLie } from './text-lie.ts';

/**
 * A worker that lies: it changes its answer before it signs, and its trace is made to agree. Of tensors, one value
 * of the first output is another; of a text, one token, in what it streams too.
 */
export const lyingRuntime = (runtime: Runtime): Runtime =>
  override(runtime, { load: async (source, options) => lyingModel(await runtime.load(source, options)) });

const lyingModel = (model: LoadedModel): LoadedModel =>
  override(model, {
    async execute(request, options) {
      const text = createTextLie(options?.onPiece);
      const { response, trace } = await model.execute(request, { ...options, onPiece: text.onPiece });
      if (response.kind === 'text')
        return told(
          request,
          text.change(response),
          trace && isTokenTrace(trace) ? text.retell(trace) : trace,
        );
      const outputs = lieInTensors(responseTensors(response));
      const retold = trace && !isTokenTrace(trace) ? retell(trace, outputs, saltOf(request)) : trace;
      return told(request, createResponse(outputs), retold);
    },
  });

const told = (request: Request, response: Response, trace: Trace | undefined): Execution => ({
  response,
  ...(trace ? { trace } : {}),
  usage: usageOf(request, response),
});

/** The two largest numbers of the first output change places, so that its first choice becomes its second. */
function lieInTensors(outputs: Tensor[]): Tensor[] {
  const [first, ...rest] = outputs;
  if (!first || first.data.length === 0) return outputs;
  const data = first.data.slice();
  if (first.datatype === 'FP32' && data.length >= 8) swapLargest(new DataView(data.buffer));
  else data[0] = (data[0] as number) ^ 1;
  return [{ ...first, data }, ...rest];
}

function swapLargest(view: DataView): void {
  const values = Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
  const ranked = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number));
  const [best, second] = ranked as [number, number];
  view.setFloat32(best * 4, values[second] as number, true);
  view.setFloat32(second * 4, values[best] as number, true);
}

function retell(trace: OperatorTrace, outputs: Tensor[], salt: Uint8Array): OperatorTrace {
  const changed = new Map(outputs.map((tensor) => [tensor.name, valueDigest(tensor, salt)]));
  return {
    ...trace,
    steps: trace.steps.map((step) => ({
      ...step,
      outputs: step.outputs.map((o) => ({ ...o, digest: changed.get(o.name) ?? o.digest })),
    })),
  };
}
