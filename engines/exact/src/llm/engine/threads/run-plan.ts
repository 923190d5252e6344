import type { Machine } from '../memory/machine.ts';
import { type DecoderPlan, runDecoder } from '../pass/decoder-pass.ts';
import { type EncoderPlan, runEncoder } from '../pass/encoder-pass.ts';
import type { Team } from './team.ts';

export type Plan = DecoderPlan | EncoderPlan;

/** What every thread of a team does for one command. */
export function runPlan(machine: Machine, team: Team, plan: Plan): void {
  if (plan.kind === 'decoder') runDecoder(machine, team, plan);
  else runEncoder(machine, team, plan);
}
