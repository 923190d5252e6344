import type { PreTokenizerName } from './pre-tokenizer/pre-tokenizers.ts';
import { unsupported } from './vocabulary.ts';

interface Convention {
  readonly preTokenizer: PreTokenizerName;
  /** Pieces that are tokens as they stand do not merge. */
  readonly wholeWords: boolean;
  /** Whether BOS is added where the file does not say. */
  readonly addBos: boolean;
}

const plain = (preTokenizer: PreTokenizerName): Convention => ({
  preTokenizer,
  wholeWords: false,
  addBos: false,
});

/** What `tokenizer.ggml.pre` stands for (specs/tokenizer.md section 9). */
const conventions: readonly (readonly [Convention, readonly string[]])[] = [
  [plain('default'), ['default']],
  [
    plain('gpt-2'),
    [
      'gpt-2',
      'phi-2',
      'mpt',
      'olmo',
      'jais',
      'trillion',
      'granite-docling',
      'mellum',
      'gigachat',
      'a.x-4.0',
      'exaone4',
    ],
  ],
  [
    plain('digits'),
    ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
  ],
  [
    { preTokenizer: 'llama-3', wholeWords: true, addBos: true },
    ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
  ],
  [plain('llama-3'), ['dbrx', 'smaug-bpe', 'chatglm-bpe', 'glm4']],
  [
    plain('qwen-2'),
    ['qwen2', 'deepseek-r1-qwen', 'megrez', 'stablelm2', 'hunyuan', 'kormo', 'solar-open', 'grok-2'],
  ],
  [{ preTokenizer: 'tekken', wholeWords: true, addBos: true }, ['tekken']],
  [plain('gpt-4o'), ['gpt-4o', 'llama4', 'kanana2']],
  [plain('deepseek-llm'), ['deepseek-llm']],
  [plain('deepseek-coder'), ['deepseek-coder']],
  [plain('deepseek-v3'), ['deepseek-v3', 'hunyuan-dense', 'joyai-llm']],
  [plain('falcon'), ['falcon']],
];

const byName: ReadonlyMap<string, Convention> = new Map(
  conventions.flatMap(([convention, names]) => names.map((name) => [name, convention] as const)),
);

/** @throws CodedError `TOKENIZER_UNSUPPORTED` */
export function ggufPreTokenizer(name: string): Convention {
  const convention = byName.get(name);
  if (!convention) throw unsupported(`the tokenizer has the pre-tokenizer ${JSON.stringify(name)}`, { name });
  return convention;
}
