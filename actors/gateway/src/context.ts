import { limits } from '@isobit/core';
import type { Context } from 'hono';
import type { Asker, Askers } from './askers.ts';
import type { BodyBudget } from './body-budget.ts';
import type { Catalogue, Readiness } from './catalogue.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Holdings } from './holdings.ts';
import type { Receipts } from './receipts.ts';
import type { RecentAnswers } from './recent-answers.ts';
import type { ExchangeSigner } from './signer.ts';
import type { Telemetry } from './telemetry.ts';

/** Sizes in bytes, times in milliseconds; the defaults are those of `@isobit/core`. */
export interface GatewayLimits {
  readonly inferBytes: number;
  readonly jobBytes: number;
  readonly bodyIdleMs: number;
  readonly bodyTotalMs: number;
  readonly bodyBufferBytes: number;
  readonly recentAnswers: number;
  readonly recentBytes: number;
  readonly recentMs: number;
  readonly askerQuestions: number;
  readonly streamIdleMs: number;
}

export const defaultLimits: GatewayLimits = {
  inferBytes: limits.inferBytes,
  jobBytes: limits.jobBytes,
  bodyIdleMs: limits.bodyIdleMs,
  bodyTotalMs: limits.bodyTotalMs,
  bodyBufferBytes: limits.bodyBufferBytes,
  recentAnswers: limits.recentAnswers,
  recentBytes: limits.recentBytes,
  recentMs: limits.recentMs,
  askerQuestions: limits.askerQuestions,
  streamIdleMs: limits.streamIdleMs,
};

/** What the routes share. */
export interface GatewayContext {
  readonly dispatcher: Dispatcher;
  readonly catalogue: Catalogue;
  readonly readiness: Readiness;
  readonly network: string;
  readonly profileDefault: string;
  readonly limits: GatewayLimits;
  readonly budget: BodyBudget;
  readonly receipts: Receipts;
  readonly holdings: Holdings;
  readonly recent: RecentAnswers;
  /** Absent where the gateway signs nothing of its own. */
  readonly signer: ExchangeSigner | undefined;
  /** Absent where nobody is told. */
  readonly telemetry: Telemetry | undefined;
  readonly version: string;
  /** Milliseconds of a clock that never goes back. */
  clock(): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Who asks, where that is known. */
  askerOf(c: Context): Asker | undefined;
  readonly askers: Askers;
  /** Whether the operator asks, whose routes of the same path stand behind these. */
  isOperator(c: Context): boolean;
  random(length: number): Uint8Array;
  report(error: unknown): void;
}
