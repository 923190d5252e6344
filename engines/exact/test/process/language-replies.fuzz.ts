import { utf8 } from '@isobit/core';
import { createTextResponse } from '@isobit/receipt';
import { languageEngine, languageEngines } from '../../src/llm/kernels-engine.ts';
import {
  openChecked,
  openEngine,
  openExecution,
  openInfo,
  openPiece,
} from '../../src/process/language-replies.ts';
import { languageSource, textModelFile, textRequest } from '../llm/text-model.ts';

const request = textRequest(languageSource(textModelFile()));
const response = createTextResponse({
  promptTokens: 3,
  choices: [{ tokens: [1, 2], text: 'ab', finish: 'length' }],
});
const trace = { isobit: 'trace/1', kind: 'tokens', steps: [{ choice: 0, token: 1, logits: '0'.repeat(64) }] };

const target = (open: (value: unknown) => unknown, ...seeds: readonly object[]) => ({
  run(bytes: Uint8Array) {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
    return open(value);
  },
  seeds: () => seeds.map((seed) => utf8(JSON.stringify(seed))),
});

/** What a node reads from a process that a stranger's language model may have taken over. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  execution: target((value) => openExecution(request, value), { response }, { response, trace }),
  checked: target(
    openChecked,
    { response },
    {
      difference: {
        choice: 0,
        index: 1,
        claimed: { token: 1, text: 'a' },
        computed: { token: 2 },
        margin: 0.5,
      },
      trace,
    },
  ),
  engine: target((value) => openEngine(languageEngines, value), languageEngine('shared64')),
  piece: target(openPiece, { choice: 0, tokens: [1], text: 'a' }),
  info: target(openInfo, {
    facts: {
      architecture: 'llama',
      task: 'text-generation',
      parameters: 1,
      context: 2,
      layers: 3,
      width: 4,
      vocabulary: 5,
      quantisation: 'Q8_0',
      cachedValues: 6,
    },
    profile: 'llm-exact-1',
    memory: 7,
    tokenizer: '0'.repeat(64),
  }),
};
