import { fromUtf8 } from '@isobit/core';
import { exactError } from '../../errors.ts';
import type { ContainerFiles } from '../placed-tensors.ts';
import type { HubTokenizerFiles } from '../tokenizer/index.ts';
import { tokenizerLimits } from '../tokenizer/limits.ts';

/** The texts beside a model's weights that say what its tokens are; absent where there is no such file. */
export interface TokenizerTexts {
  readonly files: HubTokenizerFiles;
  /** `tokenizer.json` as it lies: the digest is that of the file. */
  readonly tokenizer: Uint8Array;
  /** `chat_template.jinja` */
  readonly template?: string;
}

const NAMES = {
  config: 'tokenizer_config.json',
  specialTokens: 'special_tokens_map.json',
  generation: 'generation_config.json',
} as const satisfies Partial<Record<keyof HubTokenizerFiles, string>>;

const TOKENIZER = 'tokenizer.json';
const TEMPLATE = 'chat_template.jinja';

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`; of the source */
export async function readTexts(files: ContainerFiles): Promise<TokenizerTexts> {
  const folder = files.entry.slice(0, files.entry.lastIndexOf('/') + 1);
  async function bytesOf(name: string): Promise<Uint8Array | undefined> {
    if (!files.paths.has(folder + name)) return undefined;
    await using file = await files.open(folder + name);
    if (file.size <= tokenizerLimits.jsonBytes) return file.read(0, file.size);
    throw exactError(
      'MODEL_TOO_LARGE',
      `${name} has ${file.size} bytes, more than ${tokenizerLimits.jsonBytes}`,
    );
  }
  const tokenizer = await bytesOf(TOKENIZER);
  if (!tokenizer)
    throw exactError(
      'MODEL_MALFORMED',
      `the model has no ${TOKENIZER} beside its config.json: fetch it again`,
    );
  const texts: Record<string, string> = {};
  for (const [key, name] of Object.entries(NAMES)) {
    const bytes = await bytesOf(name);
    if (bytes) texts[key] = textOf(bytes, name);
  }
  const template = await bytesOf(TEMPLATE);
  return {
    files: { tokenizer: textOf(tokenizer, TOKENIZER), ...texts },
    tokenizer,
    ...(template ? { template: textOf(template, TEMPLATE) } : {}),
  };
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof TypeError)
      throw exactError('MODEL_MALFORMED', `${name} is not UTF-8: fetch it again`);
    throw error;
  }
}
