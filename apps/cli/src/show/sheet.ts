import type { Canonical } from '@isobit/core';
import { type Manifest, modelSize } from '@isobit/model';
import { formatBytes } from '../output/bytes.ts';
import { shapeText } from '../output/signature.ts';
import { formatTable } from '../output/table.ts';
import { bold, type Terminal } from '../output/terminal.ts';

type Rows = readonly (readonly string[])[];

/** What a manifest says of the whole model; `publisher` is absent before anybody signed it. */
export const manifestFacts = (
  manifest: Pick<Manifest, 'title' | 'task' | 'licence' | 'files'> & {
    format?: string;
    tokenizer?: string | undefined;
    chatTemplate?: string | undefined;
    publisher?: string;
    parent?: string | undefined;
  },
): string[][] => [
  ['title', manifest.title],
  ['task', manifest.task],
  ...(manifest.format ? [['format', manifest.format]] : []),
  ['licence', manifest.licence],
  ...(manifest.publisher ? [['publisher', manifest.publisher]] : []),
  ...(manifest.parent ? [['parent', manifest.parent]] : []),
  manifest.format === 'upstream'
    ? ['bytes', 'unknown: nobody can replay what this model says']
    : ['size', formatBytes(modelSize(manifest as Manifest))],
  ...(manifest.tokenizer ? [['tokenizer', manifest.tokenizer]] : []),
  ...(manifest.chatTemplate ? [['template', manifest.chatTemplate]] : []),
];

export function printSignatures(
  terminal: Terminal,
  { inputs, outputs }: Pick<Manifest, 'inputs' | 'outputs'>,
): void {
  const rows = (tensors: Manifest['inputs']): string[][] =>
    tensors.map((each) => [each.name, shapeText(each)]);
  printSection(terminal, 'Inputs', rows(inputs), 'none');
  printSection(terminal, 'Outputs', rows(outputs), 'none');
}

export const printFiles = (terminal: Terminal, files: Manifest['files']): void =>
  printSection(
    terminal,
    'Files',
    files.map(({ path, size, root }) => [path, formatBytes(size), root]),
    'none',
  );

/** @param nothing what is said where there is no row */
export function printSection(terminal: Terminal, title: string, rows: Rows, nothing: string): void {
  terminal.line();
  terminal.line(bold(terminal, title));
  for (const line of formatTable(rows.length > 0 ? rows : [[nothing]], terminal.width - 2))
    terminal.line(`  ${line}`);
}

/** A card's facts: short ones on a line, lists of documents as rows of their texts. */
export function printCard(terminal: Terminal, card: Canonical | undefined): void {
  if (card === null || typeof card !== 'object' || Array.isArray(card)) return;
  const rows: string[][] = [];
  for (const [name, value] of Object.entries(card as { readonly [name: string]: Canonical })) {
    if (STATED_ABOVE.has(name)) continue;
    const lines =
      Array.isArray(value) && value.some((item) => typeof item === 'object')
        ? value.map(factText)
        : [factText(value)];
    for (const [i, line] of lines.slice(0, MAX_LINES).entries()) rows.push([i === 0 ? name : '', line]);
    if (lines.length > MAX_LINES) rows.push(['', `and ${lines.length - MAX_LINES} more`]);
  }
  if (rows.length > 0) printSection(terminal, 'Card', rows, '');
}

/** Members of the card that the facts or the signatures tell already. */
const STATED_ABOVE = new Set(['title', 'task', 'licence', 'outputs', 'inputs']);
const MAX_LINES = 12;
const MAX_TEXT = 400;

function factText(value: Canonical): string {
  const text = whole(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** Canonical JSON sorts its members; people look for these first. */
const FIRST = ['name', 'value'];
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

function whole(value: Canonical): string {
  if (Array.isArray(value)) return value.map(whole).join(', ');
  if (value !== null && typeof value === 'object')
    return Object.entries(value as { readonly [name: string]: Canonical })
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([name, member]) => `${name} ${whole(member)}`)
      .join('; ');
  return String(value);
}
