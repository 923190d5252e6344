import { open } from 'node:fs/promises';
import { decodeForeignJson, fromUtf8, isCoded } from '@isobit/core';
import { readGgufMetadata } from '@isobit/exact/llm/reference';
import type { HubChoice } from '@isobit/store/hub';
import * as v from 'valibot';
import { readWhole } from '../files/read-file.ts';

/** Bytes of a GGUF file that are read in search of its metadata: vocabularies take some ten megabytes. */
const FIRST_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 256 * 1024 * 1024;
const JSON_BYTES = 32 * 1024 * 1024;

/** A file of a model on this disk. */
interface Placed {
  readonly path: string;
  readonly absolute: string;
}

/**
 * The chat template of a model as its files have it; undefined where it has none or the files can't be read as what
 * they should be: whether they are a model is for the node to say.
 */
export async function chatTemplateOf(
  { format, entry }: Pick<HubChoice, 'format' | 'entry'>,
  files: readonly Placed[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const at = (path: string): string | undefined => files.find((file) => file.path === path)?.absolute;
  try {
    if (format === 'gguf') return await ofGguf(at(entry) ?? '');
    const own = at('chat_template.jinja');
    if (own) return fromUtf8(await readWhole(own, JSON_BYTES, signal));
    const config = at('tokenizer_config.json');
    return (
      config &&
      ofConfig(decodeForeignJson(await readWhole(config, JSON_BYTES, signal), JSON_BYTES, JSON_BYTES))
    );
  } catch (error) {
    signal.throwIfAborted();
    if (isCoded(error) || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function ofGguf(path: string): Promise<string | undefined> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  for (let length = FIRST_BYTES; ; length *= 4) {
    const bytes = new Uint8Array(Math.min(length, size));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    try {
      const found = readGgufMetadata(bytes.subarray(0, bytesRead)).get('tokenizer.chat_template');
      return found?.type === 'string' ? found.value : undefined;
    } catch (error) {
      // It may only go on further.
      if (!isCoded(error, 'MODEL_MALFORMED') || length >= size || length >= MOST_BYTES) throw error;
    }
  }
}

const named = v.object({ name: v.string(), template: v.string() });
const config = v.object({ chat_template: v.union([v.string(), v.array(named)]) });

/** One template, or several by name, of which `default` is the one for chats. */
function ofConfig(value: unknown): string | undefined {
  const result = v.safeParse(config, value);
  if (!result.success) return undefined;
  const { chat_template: template } = result.output;
  return typeof template === 'string' ? template : template.find(({ name }) => name === 'default')?.template;
}
