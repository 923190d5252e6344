import type { TrustEntries } from '../judging/task.ts';
import { byId } from './dom.ts';

export interface TrustForm {
  entries(): TrustEntries;
  /** Base URLs of nodes to fetch from; none where the field is empty. */
  nodes(): string[];
  /** Files for the model and the engine. */
  files(): File[];
  /** Opens the form at the field for the node. */
  askForNode(): void;
}

/** @param ownNode the node that serves this page, if one does */
export function createTrustForm(ownNode: string | undefined, onSubmit: () => void): TrustForm {
  const details = byId('trust', HTMLDetailsElement);
  const node = byId('node', HTMLInputElement);
  const files = byId('bytes', HTMLInputElement);
  const network = byId('network', HTMLInputElement);
  const threshold = byId('threshold', HTMLInputElement);
  const workers = byId('workers', HTMLTextAreaElement);
  const witnesses = byId('witnesses', HTMLTextAreaElement);
  if (ownNode !== undefined) node.value = ownNode;
  details.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    onSubmit();
  });
  return {
    entries: () => ({
      network: network.value.trim(),
      workers: lines(workers.value),
      witnesses: lines(witnesses.value),
      threshold: threshold.value.trim(),
    }),
    nodes: () => lines(node.value),
    files: () => [...(files.files ?? [])],
    askForNode() {
      details.open = true;
      node.focus();
    },
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
