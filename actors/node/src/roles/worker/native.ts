import type { KnownAnswer } from '@isobit/exact';
import type {
  LanguageProcess,
  LanguageProcessOptions,
  ProcessRuntime,
  ProcessRuntimeOptions,
} from '@isobit/exact/process';
import type { Manifest } from '@isobit/model';
import { installedNatives } from '../../installed-natives.ts';
import type { NodeLog } from '../../node-log.ts';
import type { NodeOptions } from '../../options.ts';

/** The engines that are installed on demand, as far as a node wants them and has them. */
export interface Natives extends AsyncDisposable {
  /** Profile `fast`: tensors, and texts. */
  readonly fast: readonly (ProcessRuntime | LanguageProcess)[];
  /** Profile `llama-wasm-1`, and what its engine must answer before it signs. */
  readonly llamaWasm?: { readonly runtime: LanguageProcess; readonly known: KnownAnswer };
  /** Ids of the processes that live. */
  readonly pids: readonly number[];
}

export interface NativesOptions {
  readonly options: Pick<NodeOptions, 'fast' | 'llamaWasm'>;
  readonly onnx: Omit<ProcessRuntimeOptions, 'profile' | 'nativeEntry'>;
  readonly language: Omit<LanguageProcessOptions, 'program'>;
  /** Which models the operator lets native code load. */
  readonly allow: (manifest: Manifest) => boolean;
  readonly report: NodeLog;
}

/** Without the installation a node offers what it can without, and says so. */
export async function openNatives({
  options,
  onnx,
  language,
  allow,
  report,
}: NativesOptions): Promise<Natives> {
  const wanted = options.fast || options.llamaWasm;
  const installed = wanted ? await installedNatives().catch(absent) : undefined;
  const fast =
    installed && options.fast
      ? [
          installed.createNativeRuntime({ ...onnx, allow }),
          installed.createLlamaNative({ ...language, allow }),
        ]
      : [];
  const llamaWasm =
    installed && options.llamaWasm
      ? { runtime: installed.createLlamaWasm(language), known: installed.llamaWasmKnownAnswer }
      : undefined;
  const all = [...fast, ...(llamaWasm ? [llamaWasm.runtime] : [])];
  return {
    fast,
    ...(llamaWasm ? { llamaWasm } : {}),
    get pids() {
      return all.flatMap(({ state }) => state.pids);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((runtime) => runtime[Symbol.asyncDispose]()));
    },
  };

  function absent(error: Error): undefined {
    report('warn', error.message, { cause: String(error.cause) });
  }
}
