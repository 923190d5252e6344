import type { ChatAnswer } from './apis/ask-chat.ts';
import type { Client } from './client.ts';

/**
 * Asks a chat and gives its words as they come; what it returns at the end is the checked answer. Who stops reading while no
 * word waits must abort `signal` as well, since a generator hears of it only at its next word.
 *
 * @throws as `Client.chat`
 */
export async function* toldChat(
  client: Pick<Client, 'chat'>,
  body: object,
  signal?: AbortSignal,
): AsyncGenerator<string, ChatAnswer> {
  const left = new AbortController();
  const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const words: string[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  const answering = client.chat(body, {
    signal: either,
    onWords(told) {
      words.push(told);
      wake();
    },
  });
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  answering.then(end, end);
  either.addEventListener('abort', () => wake());
  try {
    for (;;) {
      for (let next = words.shift(); next !== undefined; next = words.shift()) yield next;
      either.throwIfAborted();
      if (hasEnded) return await answering;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    left.abort();
  }
}
