import { demandedChecks } from '@isobit/apis';
import { address, parameter, text } from './parts.ts';

export const price = { type: 'string', pattern: '^(0|[1-9][0-9]{0,77})$' };

/** Headers in which a client says who may answer it. */
export const DEMANDS = [
  parameter('Isobit-Profile', 'header', 'Name of the profile.', text),
  parameter('Isobit-Worker', 'header', 'The one worker to ask.', address),
  parameter('Isobit-Exclude', 'header', 'Workers not to ask, with commas between.', text),
  parameter('Isobit-Max-Price', 'header', 'Highest price for the run.', price),
  parameter('Isobit-Check', 'header', 'How the answer is to be checked: that must be possible.', {
    type: 'string',
    enum: [...demandedChecks],
  }),
];
