/* Sources of an app that knows nothing of this repository. */

/** It asks as the `openai` package would, by `fetch`. */
const ASK = `
import { AnswerError, createClient, type CheckedAnswer } from '@isobit/client';

export async function ask(baseUrl: string): Promise<{ text: string; answers: CheckedAnswer[] }> {
  const answers: CheckedAnswer[] = [];
  const client = createClient({ baseUrl, check: 'replay', onAnswer: (answer) => answers.push(answer) });
  const response = await client.fetch(baseUrl + '/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({
      model: 'storyteller',
      messages: [{ role: 'user', content: 'Tell me a story about a cat.' }],
      max_tokens: 16,
      temperature: 0,
    }),
  });
  const body = (await response.json()) as { choices: { message: { content: string } }[] };
  return { text: body.choices[0]?.message.content ?? '', answers };
}
export const isRefusal = (error: unknown): boolean => error instanceof AnswerError;
`;

const RUN = `
import { writeFileSync } from 'node:fs';
import { ask } from './app.js';
const [, , baseUrl, evidenceFile] = process.argv;
const { text, answers } = await ask(baseUrl);
const [{ evidence, verdict, holds }] = answers;
writeFileSync(evidenceFile, JSON.stringify(evidence));
const { status } = verdict.claims.find(({ claim }) => claim === 'execution');
console.log(JSON.stringify({ text, holds, execution: status }));
`;

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'esnext',
  lib: ['esnext', 'dom', 'dom.iterable'],
  types: [],
  outDir: '.',
};

/** It asks through the AI SDK and LangChain. */
const FRAMEWORKS = `
import { createIsobit } from '@isobit/client/ai-sdk';
import { ChatIsobit } from '@isobit/client/langchain';
import { generateText } from 'ai';

const prompt = 'Tell me a story about a cat.';

export async function askBoth(baseUrl: string): Promise<unknown[]> {
  const isobit = createIsobit({ baseUrl, check: 'replay' });
  const { text, providerMetadata } = await generateText({
    model: isobit('storyteller'),
    prompt,
    maxOutputTokens: 16,
    temperature: 0,
  });
  const chat = new ChatIsobit({ client: isobit.client, model: 'storyteller', maxTokens: 16, temperature: 0 });
  const { content, response_metadata } = await chat.invoke(prompt);
  const told = response_metadata.isobit as { verdict: unknown };
  return [text, content, providerMetadata?.isobit?.verdict, told.verdict];
}
`;

/** Files of the app by name; `run.js` takes a node's address and a file for the evidence. */
export const packedApp = {
  'tsconfig.json': { compilerOptions, files: ['app.ts'] },
  'app.ts': ASK,
  'run.js': RUN,
  'frameworks.ts': FRAMEWORKS,
  'run-frameworks.js':
    "import { askBoth } from './frameworks.js';\nconsole.log(JSON.stringify(await askBoth(process.argv[2])));\n",
  // As most apps have it: others' declarations are not ours to check.
  'tsconfig.frameworks.json': {
    compilerOptions: { ...compilerOptions, skipLibCheck: true },
    files: ['frameworks.ts'],
  },
  'open.js':
    "import { openPage } from '@isobit/web';\nconsole.log(await openPage().then(({ sha256 }) => sha256, String));\n",
  'index.html': '<script type="module" src="/page.js"></script>',
  'page.js':
    "import { createClient } from '@isobit/client';\nconsole.log(createClient({ baseUrl: location.origin }));\n",
};
