import type { LoadedModel, RunResult, Runtime } from '@isobit/exact';
import { type OperatorTrace, type Tensor, valueDigest } from '@isobit/receipt';
import { override } from './override.ts';

/**
 * A worker that lies: one value of its first output is changed before it signs, and its trace is made to agree.
 */
export const lyingRuntime = (runtime: Runtime): Runtime =>
  override(runtime, { load: async (source, options) => lyingModel(await runtime.load(source, options)) });

const lyingModel = (model: LoadedModel): LoadedModel =>
  override(model, {
    async run(inputs, options) {
      const honest = await model.run(inputs, options);
      return options?.trace
        ? lieWithTrace(honest, options.trace.salt)
        : { ...honest, outputs: lie(honest.outputs) };
    },
  });

function lieWithTrace({ outputs, trace }: RunResult, salt: Uint8Array): RunResult {
  const lied = lie(outputs);
  return { outputs: lied, ...(trace ? { trace: retell(trace, lied, salt) } : {}) };
}

/** The two largest numbers of the first output change places, so that its first choice becomes its second. */
function lie(outputs: Tensor[]): Tensor[] {
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
