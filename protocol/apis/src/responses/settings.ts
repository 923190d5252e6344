import { limits } from '@isobit/core';
import type { ChatTool } from '@isobit/receipt';
import type { Members } from '../common/members.ts';

/** What an answer repeats of its question, in the order in which it does (specs/responses.md section 3). */
export interface Settings {
  readonly instructions: string | null;
  readonly max_output_tokens: number | null;
  readonly parallel_tool_calls: boolean;
  readonly previous_response_id: string | null;
  readonly store: boolean;
  readonly temperature: number;
  readonly text: { readonly format: object };
  readonly tool_choice: string | object;
  readonly tools: readonly object[];
  readonly top_logprobs: number;
  readonly top_p: number;
  readonly user?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws CodedError `API_VALUE` that names the largest member of too large ones */
export function checkSettings(body: Members, settings: Settings): void {
  const sizes = Object.entries(settings).map(([name, value]) => ({
    name,
    size: JSON.stringify(value).length,
  }));
  if (sizes.reduce((sum, { size }) => sum + size, 0) <= limits.answerSettings) return;
  const [largest] = sizes.toSorted((a, b) => b.size - a.size);
  throw body.outside(
    largest?.name ?? '',
    `smaller: an answer repeats it, and what it repeats is at most ${limits.answerSettings} characters of JSON`,
  );
}

/** A number of the body that `decimal` has checked; 1, which changes nothing, where there is none. */
export const numberOr1 = (body: Members, name: string): number =>
  (body.take(name) as number | undefined) ?? 1;

/** @throws CodedError `API_MALFORMED`, `API_VALUE` */
export function readMetadata(body: Members): Record<string, string> {
  const members = body.object('metadata');
  if (!members) return {};
  const names = Object.keys(body.take('metadata') as object);
  if (names.length > limits.answerLabels)
    throw body.outside('metadata', `an object of at most ${limits.answerLabels} members`);
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = members.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** Tools as an answer repeats them. @param raw as the body has them */
export const repeatedTools = (tools: readonly ChatTool[], raw: unknown): object[] =>
  tools.map(({ name, description, parameters }, index) => {
    const { strict } = (raw as readonly { readonly strict?: unknown }[])[index] ?? {};
    return {
      type: 'function',
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters === undefined ? null : (JSON.parse(parameters) as object),
      strict: typeof strict === 'boolean' ? strict : null,
    };
  });

/** A choice as an answer repeats it, once it was read. */
export function repeatedChoice(raw: unknown): string | object {
  if (raw === undefined || typeof raw === 'string') return raw ?? 'auto';
  return { type: 'function', name: (raw as { readonly name: string }).name };
}
