import type { AskOptions as ClientOptions } from '@isobit/client';
import { fast, knownProfiles } from '@isobit/receipt';
import type { Invocation } from '../command.ts';
import { choiceOption, countOption, flag, textOption } from '../invocation.ts';

/** What the command line says about how a question is asked and shown, whatever it asks. */
export interface AskOptions {
  /** Where the evidence is written. */
  readonly out: string | undefined;
  /** Whether the node keeps it too. */
  readonly keep: boolean;
  readonly isJson: boolean;
  readonly isRaw: boolean;
  /** Members of every question. */
  readonly question: Pick<ClientOptions, 'trace' | 'witnesses' | 'deadlineMs' | 'profile'>;
}

const PROFILES = ['exact', fast.name, ...knownProfiles.filter(({ exact }) => exact).map(({ name }) => name)];

/** @throws CodedError `USAGE` */
export function readOptions(invocation: Invocation): AskOptions {
  const witnesses = countOption(invocation, 'witnesses', 0);
  const seconds = countOption(invocation, 'deadline', 1);
  const profile = choiceOption(invocation, 'profile', PROFILES, 'exact');
  return {
    out: textOption(invocation, 'out'),
    keep: flag(invocation, 'keep'),
    isJson: flag(invocation, 'json'),
    isRaw: flag(invocation, 'raw'),
    question: {
      // Which exact profile fits a model is the client's own choice.
      ...(profile === 'exact' ? {} : { profile }),
      ...(flag(invocation, 'trace') ? { trace: true } : {}),
      ...(witnesses === undefined ? {} : { witnesses }),
      ...(seconds === undefined ? {} : { deadlineMs: seconds * 1000 }),
    },
  };
}
