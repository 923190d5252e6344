import type { Verdict } from '@isobit/verify';
import type { Summary } from './summary.ts';
import type { TensorSummary } from './tensor-summary.ts';
import type { TopLabel } from './top-labels.ts';

/** Where the evidence comes from. */
export type EvidenceSource =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** What follows `#` in a link. */
  | { readonly kind: 'fragment'; readonly text: string }
  /** `digest` is the receipt's: 64 hex characters. */
  | { readonly kind: 'node'; readonly baseUrl: string; readonly digest: string };

/** What the visitor entered under "Whom you trust": texts that nobody has checked yet. */
export interface TrustEntries {
  /** Empty: the open network. */
  readonly network: string;
  readonly workers: readonly string[];
  readonly witnesses: readonly string[];
  readonly threshold: string;
}

/** Where the model's and the engine's bytes may be had, files first. */
export interface ByteSources {
  readonly files: readonly File[];
  /** Base URLs. */
  readonly nodes: readonly string[];
}

/** One job for a worker: look at this evidence and, where sources are given, run it again. */
export interface Task {
  readonly evidence: EvidenceSource;
  readonly trust: TrustEntries;
  /** The visitor's clock, milliseconds since 1970. */
  readonly now: number;
  readonly replay?: ByteSources;
}

export type Phase = 'evidence' | 'files' | 'engine' | 'model' | 'run' | 'trace';

export interface Progress {
  readonly phase: Phase;
  /** Bytes that have arrived, where the phase moves any. */
  readonly bytes?: number;
  readonly size?: number;
}

/** Tokens of an answer that this tab drew again and found the same, and what they say. */
export interface Confirmed {
  /** Which of the answers, from 0. */
  readonly choice: number;
  /** How many. */
  readonly tokens: number;
  /** Printable, in whole characters. */
  readonly text: string;
}

export interface Computed {
  readonly outputs: readonly TensorSummary[];
  readonly labels: readonly TopLabel[];
  /** Of answers in words: one for each that began as the evidence has it. */
  readonly confirmed: readonly Confirmed[];
}

export interface Judged {
  /** The evidence as it was read. */
  readonly bytes: Uint8Array;
  readonly verdict: Verdict;
  /** What the evidence says, for people; absent where it can't be read. */
  readonly summary?: Summary;
  /** What the run in this tab gave. */
  readonly computed?: Computed;
}

/** What a worker says; the last one is `done` or `failed`. */
export type Message =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** What came since the last of these. */
  | { readonly kind: 'confirmed'; readonly confirmed: readonly Confirmed[] }
  | { readonly kind: 'done'; readonly judged: Judged }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** What is told of a task while it is done. */
export interface Watcher {
  readonly onProgress: (progress: Progress) => void;
  /** Told of tokens as they come. */
  readonly onConfirmed: (confirmed: Confirmed) => void;
}

/** Puts what was found of each answer together. */
export function gatherConfirmed(all: readonly Confirmed[]): Confirmed[] {
  const byChoice = new Map<number, Confirmed>();
  for (const { choice, tokens, text } of all) {
    const known = byChoice.get(choice);
    byChoice.set(choice, { choice, tokens: tokens + (known?.tokens ?? 0), text: (known?.text ?? '') + text });
  }
  return [...byChoice.values()];
}
