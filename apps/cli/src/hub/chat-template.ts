import { open } from 'node:fs/promises';
import { fromUtf8, isCoded } from '@isobit/core';
import { openGguf } from '@isobit/exact/llm';
import { readGgufChatTemplates, readHubChatTemplates } from '@isobit/exact/llm/chat';
import type { HubChoice } from '@isobit/store/hub';
import { readWhole } from '../files/read-file.ts';

/** A template of a megabyte, or a configuration with several. */
const MOST_BYTES = 32 * 1024 * 1024;

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
  const textAt = async (path: string): Promise<string | undefined> => {
    const file = at(path);
    return file === undefined ? undefined : fromUtf8(await readWhole(file, MOST_BYTES, signal));
  };
  try {
    if (format === 'gguf') return await ofGguf(at(entry) ?? '', signal);
    const jinja = await textAt('chat_template.jinja');
    const config = await textAt('tokenizer_config.json');
    return readHubChatTemplates({
      ...(jinja === undefined ? {} : { jinja }),
      ...(config === undefined ? {} : { config }),
    })?.template;
  } catch (error) {
    signal.throwIfAborted();
    // fromUtf8 throws a TypeError.
    if (isCoded(error) || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function ofGguf(path: string, signal: AbortSignal): Promise<string | undefined> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const { metadata } = await openGguf({ size, read }, signal);
  return readGgufChatTemplates(metadata)?.template;
}
