import {
  createTextResponse,
  isChat,
  type TextPiece,
  type TextRequest,
  type TextResponse,
} from '@isobit/receipt';
import { Members } from '../common/members.ts';
import { apiError } from '../errors.ts';
import { asAnswer, checkModel } from './as-answer.ts';
import { type ChoiceReply, createChoiceReply, rawText } from './choice-reply.ts';
import { readUsage, type StatedUsage } from './stated-usage.ts';

export interface UpstreamReplyOptions {
  readonly request: TextRequest;
  /** What the server calls the model. */
  readonly model: string;
}

/** A server's answer as it comes, chunk by chunk (specs/upstream.md section 3). Every method throws `API_ANSWER`, `API_LIMIT`. */
export interface UpstreamReply {
  /** @returns what may be told of it */
  chunk(json: unknown): TextPiece[];
  /** What is left to tell, and the response, once the stream has ended. */
  end(): { readonly pieces: TextPiece[]; readonly response: TextResponse };
}

export function createUpstreamReply({ request, model }: UpstreamReplyOptions): UpstreamReply {
  const { prompt, choices = 1 } = request;
  const offered = isChat(prompt) ? (prompt.tools ?? []).map(({ name }) => name) : [];
  const replies = Array.from({ length: choices }, (_, index) => createChoiceReply({ index, offered }));
  const form = isChat(prompt) ? 'delta' : 'text';
  let usage: StatedUsage = {};

  function read(json: unknown): TextPiece[] {
    const chunk = new Members(json, '');
    if (chunk.has('error'))
      throw apiError('API_ANSWER', 'the server reports an error in the middle of its answer');
    checkModel(chunk, model);
    const stated = chunk.object('usage');
    if (stated) usage = readUsage(stated, request);
    return (chunk.list('choices') ?? []).flatMap((each, at) => readChoice(each, at));
  }

  function readChoice(json: unknown, at: number): TextPiece[] {
    const choice = new Members(json, `choices[${at}]`);
    const index = choice.integer('index', 0, choices - 1) ?? 0;
    const reply = replies[index] as ChoiceReply;
    const pieces =
      form === 'delta' ? reply.delta(choice.object('delta')) : reply.words(rawText(choice, 'text'));
    const reason = choice.text('finish_reason');
    if (reason !== undefined) reply.finish(reason);
    return pieces;
  }

  return {
    chunk: (json) => asAnswer(() => read(json)),
    end: () =>
      asAnswer(() => {
        const ends = replies.map((reply) => reply.end());
        const response = createTextResponse({
          promptTokens: usage.promptTokens ?? 0,
          choices: ends.map(({ text, finish }) => ({ tokens: [], text, finish })),
          ...(usage.outputTokens === undefined ? {} : { outputTokens: usage.outputTokens }),
        });
        return { pieces: ends.flatMap(({ pieces }) => pieces), response };
      }),
  };
}
