import { isHex32 } from '@isobit/core';
import { pageError } from './errors.ts';
import type { EvidenceSource } from './judging/task.ts';
import { byId } from './view/dom.ts';

export interface EvidenceInputOptions {
  /** Evidence was given in one of the ways below. */
  onEvidence(source: EvidenceSource): void;
  /** Other files came: a model's or an engine. */
  onFiles(files: File[]): void;
  onError(error: unknown): void;
}

/** Listens to all ways by which evidence comes to the page: picked, dropped, pasted, or named by the address. */
export function listenForEvidence({ onEvidence, onFiles, onError }: EvidenceInputOptions): void {
  const take = async (files: readonly File[]): Promise<void> => {
    const { evidence, others } = await sort(files);
    if (others.length > 0) onFiles(others);
    if (evidence) onEvidence({ kind: 'file', file: evidence });
  };
  const picker = byId('file', HTMLInputElement);
  picker.addEventListener('change', () => {
    take([...(picker.files ?? [])]).catch(onError);
    picker.value = '';
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('dragenter', () => document.body.classList.add('dropping'));
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    take([...(event.dataTransfer?.files ?? [])]).catch(onError);
  });
  addEventListener('paste', (event) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData('text') ?? '';
    try {
      if (files.length > 0) take(files).catch(onError);
      else if (text.trim()) onEvidence(fromPaste(text.trim()));
    } catch (error) {
      onError(error);
    }
  });
  const read = (): void => {
    try {
      const source = fromAddress(location);
      if (source) onEvidence(source);
    } catch (error) {
      onError(error);
    }
  };
  addEventListener('hashchange', read);
  read();
}

/** Evidence begins with a brace; what does not is bytes to run with. The first evidence of several is taken. */
async function sort(files: readonly File[]): Promise<{ evidence?: File; others: File[] }> {
  const others: File[] = [];
  let evidence: File | undefined;
  for (const file of files) {
    const looksLikeJson = /^\s*[{[]/.test(await headOf(file)) || file.name.endsWith('.json');
    if (looksLikeJson || (files.length === 1 && !/\.(onnx|gguf|safetensors|wasm|cjs)$/.test(file.name)))
      evidence ??= file;
    else others.push(file);
  }
  return { others, ...(evidence ? { evidence } : {}) };
}

async function headOf(file: File): Promise<string> {
  try {
    return await file.slice(0, 64).text();
  } catch (cause) {
    throw pageError('FILE_UNREADABLE', `${file.name} can't be read: drop files, not folders`, { cause });
  }
}

/** @throws CodedError `PASTE_UNKNOWN` */
function fromPaste(text: string): EvidenceSource {
  if (text.startsWith('{')) return { kind: 'bytes', bytes: new TextEncoder().encode(text) };
  const source = URL.canParse(text) ? fromAddress(new URL(text)) : undefined;
  if (source) return source;
  throw pageError(
    'PASTE_UNKNOWN',
    'what you pasted is no evidence: paste the JSON of an evidence file, or a link to a receipt page',
  );
}

/** `/r/{digest}` names a receipt of that node; `#e=` carries evidence itself (specs/evidence.md section 3). */
export function fromAddress({
  origin,
  pathname,
  hash,
}: Pick<URL, 'origin' | 'pathname' | 'hash'>): EvidenceSource | undefined {
  if (hash.startsWith('#e=')) return { kind: 'fragment', text: hash.slice(1) };
  const digest = /^\/r\/([^/]+)$/.exec(pathname)?.[1];
  if (digest === undefined || !isHttp(origin)) return undefined;
  if (!isHex32(digest))
    throw pageError('PASTE_UNKNOWN', 'the address names no receipt: after /r/ stand 64 hex digits');
  return { kind: 'node', baseUrl: origin, digest };
}

const isHttp = (origin: string): boolean => /^https?:/.test(origin);

/** The node that serves this page, or undefined where it is a file. */
export const ownNode = (): string | undefined => (isHttp(location.origin) ? location.origin : undefined);
