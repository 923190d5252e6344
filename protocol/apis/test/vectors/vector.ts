import { createTextResponse } from '@isobit/receipt';

/** One file of specs/vectors, as specs/README.md and the page of its term describe it. */
export interface Vector {
  readonly description: string;
  readonly kind: string;
  readonly text?: string;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly [input: string]: unknown;
}

/** The vectors of one term by file name; a valid one gets its `expected` from the operation of its kind. */
export interface Term {
  readonly valid: Readonly<Record<string, Vector>>;
  readonly invalid: Readonly<Record<string, Vector>>;
}

export const MODEL = 'bagaaieraqhjj4igaty3qmmuas7izomz5yt4iryby5bpyufabxk72xpqg254a';
export const SALT = '5bf4c08cd6345e0b2eff8a8e37f21922e189c5c368c1699079b729cadbdc2a37';
/** 2026-11-27, 12:00 UTC. */
export const NOW = 1_795_780_800_000;

export const HEAD = {
  id: 'chatcmpl-0123456789abcdef0123456789abcdef',
  created: 1_795_780_800,
  model: 'storyteller:1',
  fingerprint: 'fp_0123456789abcdef',
};

export const RECEIPT = {
  receipt: '11'.repeat(32),
  model: MODEL,
  profile: 'llm-exact-1',
  salt: SALT,
  now: NOW,
  nonce: '22'.repeat(32),
  worker: `0x${'3'.repeat(40)}`,
};

/** What a server gives that tells no tokens. */
export const STATED = createTextResponse({
  promptTokens: 9,
  outputTokens: 30,
  choices: [{ tokens: [], text: 'Hi!', finish: 'stop' }],
});

export const bodyText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
