import { isCoded } from '@isobit/core';
import type { Surroundings } from './cli.ts';
import { exitCodeOf } from './errors.ts';
import { INTERRUPTED } from './exit.ts';
import { formatMs } from './output/bytes.ts';

export interface FailureContext {
  readonly command: string;
  readonly json: boolean;
  readonly around: Pick<Surroundings, 'terminal' | 'signal' | 'env'>;
}

/** Tells why a command ended, in one line, and gives its exit code. */
export function tellFailure(error: unknown, { command, json, around }: FailureContext): number {
  const { terminal, signal, env } = around;
  if (signal.aborted && (!isCoded(error) || error.code === 'RUN_ABORTED')) {
    terminal.note(`isobit ${command}: interrupted`);
    return INTERRUPTED;
  }
  if (json)
    terminal.note(
      JSON.stringify({ code: isCoded(error) ? error.code : 'UNEXPECTED', error: messageOf(error) }),
    );
  else terminal.note(`isobit ${command}: ${messageOf(error)}`);
  if (env['ISOBIT_DEBUG'] === '1') terminal.trace(error);
  return exitCodeOf(error);
}

/** A busy node says when to come back. */
const retryHint = (ms: unknown): string =>
  typeof ms === 'number' && ms > 0 ? ` (try again in ${formatMs(ms)})` : '';

/** What a person can do something with. */
export function messageOf(error: unknown): string {
  if (isCoded(error)) return error.message + retryHint(error.details['retryAfterMs']);
  const text = error instanceof Error ? error.message : String(error);
  return `${text || 'it failed without a reason'} (unexpected: ISOBIT_DEBUG=1 shows where; please report it)`;
}
