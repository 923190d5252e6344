import { limits } from '@isobit/core';
import type { BodyBudget } from './body-budget.ts';
import type { Catalogue, Readiness } from './catalogue.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Sizes in bytes, times in milliseconds; the defaults are those of `@isobit/core`. */
export interface GatewayLimits {
  readonly inferBytes: number;
  readonly jobBytes: number;
  readonly bodyIdleMs: number;
  readonly bodyTotalMs: number;
  readonly bodyBufferBytes: number;
}

export const defaultLimits: GatewayLimits = {
  inferBytes: limits.inferBytes,
  jobBytes: limits.jobBytes,
  bodyIdleMs: limits.bodyIdleMs,
  bodyTotalMs: limits.bodyTotalMs,
  bodyBufferBytes: limits.bodyBufferBytes,
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
  readonly version: string;
  clock(): number;
  random(length: number): Uint8Array;
  report(error: unknown): void;
}
