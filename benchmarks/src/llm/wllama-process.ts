import { openAsBlob } from 'node:fs';
import { openWllama, type SamplingWllama } from '@isobit/native/wllama';
import { promptOf, timed } from './contestant.ts';
import { serveContestant } from './contestant-process.ts';

/* llama.cpp in WebAssembly, one thread, by its own calls. */

let wllama: SamplingWllama | undefined;

function loaded(): SamplingWllama {
  if (!wllama) throw new Error('no model is loaded');
  return wllama;
}

async function evaluate(tokens: readonly number[]): Promise<void> {
  await loaded().kvClear();
  await loaded().decode(tokens, {});
}

serveContestant({
  async load(path, { context }) {
    await wllama?.exit();
    return timed(async () => {
      wllama = await openWllama([await openAsBlob(path)], { context, promptBatch: 512 });
      await wllama.samplingInit({ temp: 0 });
    });
  },
  prefill: (tokens) =>
    timed(async () => {
      await evaluate(promptOf(tokens, 0));
      await loaded().samplingSample();
    }),
  async decode(tokens, context) {
    await evaluate(promptOf(context, 0));
    return timed(async () => {
      for (let told = 0; told < tokens; told++) {
        const { token } = await loaded().samplingSample();
        await loaded().decode([token], {});
      }
    });
  },
});
