import { printable } from '@isobit/core';
import {
  answerTokens,
  type ChatMessage,
  isChat,
  isTokens,
  type Prompt,
  type Request,
  type Response,
  type TextRequest,
} from '@isobit/receipt';
import { printableText } from './printable-text.ts';

/** A question in words, and the answers to it where they are words too. */
export interface TextSummary {
  readonly prompt: readonly Said[];
  /** How tokens were to be chosen, as the request says. */
  readonly settings: string;
  readonly answers: readonly TextAnswer[];
}

export interface Said {
  readonly by: string;
  readonly text: string;
}

export interface TextAnswer {
  readonly text: string;
  /** Number of tokens. */
  readonly tokens: number;
}

/** Enough for a long talk, little enough to lay out. */
const SHOWN_CHARACTERS = 50_000;
const SHOWN_MESSAGES = 100;
const SHOWN_TOKENS = 200;

/** What is asked and answered in words; undefined where tensors go in. */
export function summarizeText(
  request: Request | undefined,
  response: Response | undefined,
): TextSummary | undefined {
  const answers =
    response?.kind === 'text'
      ? response.choices.map(({ text, tokens }, _, { length }) => ({
          text: shown(text),
          // A server that tells no tokens states how many all its answers have.
          tokens: length === 1 ? answerTokens(response) : tokens.length,
        }))
      : [];
  switch (request?.kind) {
    case 'text':
      return { prompt: promptOf(request.prompt), settings: settingsOf(request), answers };
    case 'embedding':
      return {
        prompt: request.texts
          .slice(0, SHOWN_MESSAGES)
          .map((text, i) => ({ by: `text ${i + 1}`, text: shown(text) })),
        settings: '',
        answers: [],
      };
    default:
      return answers.length > 0 ? { prompt: [], settings: '', answers } : undefined;
  }
}

const shown = (text: string): string => printableText(text, SHOWN_CHARACTERS);

function promptOf(prompt: Prompt): Said[] {
  if (isChat(prompt)) return prompt.messages.slice(0, SHOWN_MESSAGES).map(messageOf);
  if (!isTokens(prompt)) return [{ by: 'to go on with', text: shown(prompt.text) }];
  const { tokens } = prompt;
  const more = tokens.length > SHOWN_TOKENS ? ` … (${tokens.length})` : '';
  return [{ by: 'tokens', text: `${tokens.slice(0, SHOWN_TOKENS).join(' ')}${more}` }];
}

function messageOf({ role, content, toolCalls = [] }: ChatMessage): Said {
  const calls = toolCalls.map(({ name, arguments: given }) => `calls ${name}(${given})`);
  return { by: printable(role), text: shown([content, ...calls].filter((line) => line !== '').join('\n')) };
}

function settingsOf({ sampling = {}, maxTokens, stop, grammar }: TextRequest): string {
  const { logitBias, ...numbers } = sampling;
  const parts = [
    ...Object.entries(numbers).map(([name, value]) => `${inWords(name)} ${value}`),
    ...(logitBias ? ['biased tokens'] : []),
    ...(stop ? [`stops at ${stop.map((text) => JSON.stringify(text)).join(', ')}`] : []),
    ...(grammar ? [`held to ${grammar.kind === 'gbnf' ? 'a grammar' : 'JSON'}`] : []),
    `at most ${maxTokens} tokens`,
  ];
  return printable(parts.join(', '), 300);
}

/** `topP` as `top p`. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
