import type { Metadata } from '../gguf/read-metadata.ts';
import { faulty } from './values.ts';

/** Templates that a model comes with. */
export interface ChatTemplates {
  readonly template: string;
  readonly toolTemplate?: string;
}

const KEY = 'tokenizer.chat_template';
/** The name, in GGUF and on the hub, of a template for conversations with tools. */
const TOOL_USE = 'tool_use';
const DEFAULT = 'default';

const templatesOf = (
  template: string | undefined,
  toolTemplate: string | undefined,
): ChatTemplates | undefined =>
  template === undefined ? undefined : { template, ...(toolTemplate === undefined ? {} : { toolTemplate }) };

/**
 * Templates of a GGUF file (specs/chat-template.md section 1).
 *
 * @returns undefined for a model that has none: it answers no conversation
 * @throws CodedError `TEMPLATE_INVALID` where one is no text
 */
export function readGgufChatTemplates(metadata: Metadata): ChatTemplates | undefined {
  const read = (key: string): string | undefined => {
    const value = metadata.get(key);
    if (value === undefined || value.type === 'string') return value?.value;
    throw faulty(`${key} is of type ${value.type}`);
  };
  return templatesOf(read(KEY) ?? read(`${KEY}.${DEFAULT}`), read(`${KEY}.${TOOL_USE}`));
}

/**
 * Templates of a model on the hub: chat_template.jinja, else `chat_template` of tokenizer_config.json, a text or a
 * list of named ones.
 *
 * @param files texts of the files, as far as there are any
 * @throws CodedError `TEMPLATE_INVALID`
 */
export function readHubChatTemplates(files: {
  readonly jinja?: string;
  readonly config?: string;
}): ChatTemplates | undefined {
  const named = files.config === undefined ? new Map<string, string>() : readConfig(files.config);
  return templatesOf(files.jinja ?? named.get(DEFAULT), named.get(TOOL_USE));
}

function readConfig(text: string): Map<string, string> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw faulty('tokenizer_config.json is no JSON');
  }
  const value = (config as { chat_template?: unknown } | null)?.chat_template;
  if (value === undefined || value === null) return new Map();
  if (typeof value === 'string') return new Map([[DEFAULT, value]]);
  if (!Array.isArray(value)) throw faulty('chat_template is neither text nor list');
  return new Map(
    value.map((each: { name?: unknown; template?: unknown } | null) => {
      if (typeof each?.name !== 'string' || typeof each.template !== 'string')
        throw faulty('a named chat_template lacks its name or its text');
      return [each.name, each.template] as const;
    }),
  );
}
