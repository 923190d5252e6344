import { type CheckedAnswer, createClient } from '@isobit/client';
import OpenAI from 'openai';

/*
 * A page that asks a model through the openai package. Its words are shown as they come; each answer is run again in this
 * browser, and one that is not what the model gives ends in an error.
 *
 * In the repository:  npm run tarballs -- @isobit/client --out examples/openai-page
 *                     npx isobit serve --origin http://localhost:5173
 * In this folder:     npm install ./*.tgz && npm run dev
 */

const baseUrl = new URLSearchParams(location.search).get('node') ?? 'http://127.0.0.1:4620';
const client = createClient({ baseUrl, check: 'replay', onAnswer: showClaims });
const openai = new OpenAI({
  baseURL: `${baseUrl}/v1`,
  apiKey: 'any',
  fetch: client.fetch,
  dangerouslyAllowBrowser: true,
});

const part = (selector: string): HTMLElement => document.querySelector(selector) as HTMLElement;

async function ask(prompt: string): Promise<void> {
  for (const selector of ['#words', '#claims', '#problem']) part(selector).replaceChildren();
  try {
    const answer = await openai.chat.completions.create({
      model: 'storyteller',
      messages: [{ role: 'user', content: prompt }],
      max_tokens: 100,
      stream: true,
    });
    for await (const { choices } of answer) part('#words').append(choices[0]?.delta.content ?? '');
  } catch (error) {
    // Of an answer that is refuted, nothing may be believed.
    part('#words').replaceChildren();
    part('#problem').append(error instanceof Error ? error.message : String(error));
  }
}

function showClaims({ verdict }: CheckedAnswer): void {
  const rows = verdict.claims.map(({ claim, status, detail }) => {
    const row = document.createElement('tr');
    row.dataset['claim'] = claim;
    for (const text of [claim, status, detail]) row.insertCell().append(text);
    return row;
  });
  part('#claims').replaceChildren(...rows);
}

document.querySelector('form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const prompt = new FormData(event.target as HTMLFormElement).get('prompt');
  void ask(String(prompt));
});
