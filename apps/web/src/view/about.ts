import type { Usage } from '@isobit/receipt';
import type { ModelSummary, Summary } from '../judging/summary.ts';
import { el } from './dom.ts';
import { bytesText, facts } from './facts.ts';
import { longId } from './long-id.ts';

/** A model that stands for a server's name has no bytes that anybody knows. */
const modelText = ({ title, task, size, licence }: ModelSummary): string =>
  `${title} (${task}, ${size === undefined ? 'bytes unknown' : bytesText(size)}, ${licence})`;

/** Who and what the evidence speaks of. */
export function aboutView({ receipt, model }: Summary): HTMLElement {
  return el(
    'section',
    { class: 'about' },
    el('h3', {}, 'What the receipt says'),
    facts([
      ['Model', model ? modelText(model) : ''],
      ['Model id', longId(receipt.model, 'the model’s id')],
      ['Publisher', model && longId(model.publisher, 'the publisher’s address')],
      ['Worker', longId(receipt.worker, 'the worker’s address')],
      ['Time', timeView(receipt.time)],
      [
        'Profile',
        receipt.profile.length === 64 ? longId(receipt.profile, 'the profile’s digest') : receipt.profile,
      ],
      ['Engine', receipt.engine],
      ['Outcome', receipt.error ? `${receipt.outcome} (${receipt.error})` : receipt.outcome],
      ['Usage', usageText(receipt.usage)],
      ['Receipt', longId(receipt.digest, 'the receipt’s digest')],
      ['Network', longId(receipt.network, 'the network’s digest')],
    ]),
  );
}

const usageText = (usage: Usage): string =>
  'inputTokens' in usage
    ? `${usage.inputTokens} tokens in, ${usage.outputTokens} out`
    : `${bytesText(usage.inputBytes)} in, ${bytesText(usage.outputBytes)} out`;

function timeView(time: number): HTMLElement | string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  const iso = date.toISOString();
  return el('time', { datetime: iso }, `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`);
}

/** The document itself, and a way to keep it. */
export function rawView(raw: string, bytes: Uint8Array, digest: string): HTMLElement {
  const save = el('button', { type: 'button' }, 'Save the evidence');
  save.addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'application/json' }));
    el('a', { href: url, download: `${digest.slice(0, 16)}.isobit.json` }).click();
    URL.revokeObjectURL(url);
  });
  return el(
    'details',
    { class: 'raw' },
    el('summary', {}, 'The evidence as JSON'),
    el('p', {}, save),
    el('pre', { tabindex: '0' }, raw),
  );
}
