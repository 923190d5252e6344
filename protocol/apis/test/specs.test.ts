import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import { readChatBody, readMessageBody, readOllamaChat } from '../src/index.ts';

const spec = (name: string): string => readFileSync(repositoryPath(`specs/${name}.md`), 'utf8');

/** Pages and the limits that they state. */
const stated: Readonly<Record<string, readonly (keyof typeof limits)[]>> = {
  apis: ['apiBytes', 'documentValues', 'documentDepth', 'answerTokens', 'chatTools', 'streamIdleMs'],
  openai: [
    'jobDeadlineMs',
    'textDeadlineMs',
    'answerTokens',
    'textStops',
    'textChoices',
    'textAlternatives',
    'chatMessages',
    'chatTools',
    'textBiases',
    'embeddingTexts',
  ],
  anthropic: ['answerTokens', 'textStops', 'chatMessages', 'chatTools'],
  ollama: ['answerTokens', 'textStops', 'chatMessages'],
  upstream: [
    'answerTokens',
    'pieceText',
    'untokenedText',
    'upstreamEventText',
    'upstreamStreamBytes',
    'upstreamPromptTokens',
    'upstreamWidth',
    'upstreamRefusal',
    'upstreamStallMs',
  ],
  http: [
    'recentAnswers',
    'recentBytes',
    'askerQuestions',
    'accessKeys',
    'keyRequestsPerMinute',
    'keyConcurrent',
  ],
};

for (const [name, numbers] of Object.entries(stated)) {
  test(`specs/${name}.md states the limits that the code has`, () => {
    const text = spec(name);
    for (const limit of numbers) {
      const number = limits[limit].toLocaleString('en-US');
      assert.match(text, new RegExp(`(?<![\\d,])${number}(?![\\d,]\\d)`), limit);
    }
  });
}

/** Members that a page lists as without effect, as far as any value is accepted, and a body that is fine without. */
const messages = [{ role: 'user', content: 'a' }];
const pages: readonly [page: string, heading: string, read: (json: unknown) => unknown, body: object][] = [
  ['openai', '### 2.4 Without effect', readChatBody, { model: 'm', messages }],
  ['anthropic', '### 2.3 Without effect', readMessageBody, { model: 'm', messages, max_tokens: 1 }],
  ['ollama', '### 2.3 Without effect', readOllamaChat, { model: 'm', messages }],
];

for (const [page, heading, read, body] of pages) {
  test(`what specs/${page}.md lists without effect is accepted, whatever it holds`, () => {
    const [, section = ''] = spec(page).split(`${heading}\n\n`);
    // What stands behind a semicolon is accepted with some values only.
    const [always = ''] = (section.split('\n')[0] ?? '').replace(/\([^)]*\)/g, '').split(';');
    const names = [...always.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name as string);
    assert.ok(names.length > 0);
    const plain = read(body);
    for (const name of names)
      for (const value of [true, 'x', { a: [1] }])
        assert.deepEqual(read({ ...body, [name]: value }), plain, `${name}: ${JSON.stringify(value)}`);
  });
}
