import { readBody } from '@isobit/client';
import { isCoded, isHex32, limits } from '@isobit/core';
import { decodeEvidenceFragment, encodeEvidence } from '@isobit/receipt';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { collect, readWhole } from '../files/read-file.ts';

/** Longest wait for the head of an answer, and for the whole of it, in milliseconds. */
const HEAD_MS = 15_000;
const WHOLE_MS = 300_000;

/**
 * The bytes of evidence, whatever they are: `verify` judges them.
 *
 * @param where a file, `-`, or an address: of the file itself, of a receipt page, or a link that holds it behind `#e=`
 * @throws CodedError `FILE`, `USAGE`, `EVIDENCE_UNREACHABLE`, `CANONICAL_INVALID` for a broken link
 */
export async function readEvidence(
  where: string,
  { stdin, signal }: Pick<Invocation, 'stdin' | 'signal'>,
): Promise<Uint8Array> {
  if (where === '-')
    return collect(stdin, { name: 'standard input', maxBytes: limits.evidenceBytes, signal });
  if (where.startsWith('#e=')) return fromFragment(where.slice(1));
  if (!/^https?:\/\//i.test(where)) return readWhole(where, limits.evidenceBytes, signal);
  const url = URL.canParse(where) ? new URL(where) : undefined;
  if (!url || url.username || url.password)
    throw cliError(
      'USAGE',
      `"${where}" is no address that can be asked: give http(s) without user or password`,
    );
  if (url.hash.startsWith('#e=')) return fromFragment(url.hash.slice(1));
  return download(evidenceAddress(url), signal);
}

/** The bytes behind `#`. What is no evidence is for the verdict to say, as it is of a file. */
function fromFragment(fragment: string): Uint8Array {
  try {
    return encodeEvidence(decodeEvidenceFragment(fragment));
  } catch (error) {
    const bytes = Buffer.from(fragment.slice('e='.length), 'base64url');
    if (!isCoded(error) || bytes.length === 0 || bytes.length > limits.fragmentBytes) throw error;
    return new Uint8Array(bytes);
  }
}

/** A receipt page's address, `…/r/{digest}`, stands for the evidence that it shows. */
export function evidenceAddress(url: URL): URL {
  const page = /^(.*)\/r\/([^/]*)$/.exec(url.pathname);
  const [, base = '', digest] = page ?? [];
  const address = new URL(url);
  address.hash = '';
  if (isHex32(digest)) address.pathname = `${base}/evidence/${digest}`;
  return address;
}

async function download(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const unreachable = (why: string, cause?: unknown) =>
    cliError('EVIDENCE_UNREACHABLE', `${url.href} gives no evidence: ${why}`, cause);
  const head = new AbortController();
  const timer = setTimeout(() => head.abort(), HEAD_MS);
  let response: Response;
  try {
    // A redirect could lead into the reader's own network: whoever wrote the link writes the address itself.
    response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, head.signal, AbortSignal.timeout(WHOLE_MS)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(
      head.signal.aborted ? `no answer within ${HEAD_MS / 1000} s` : 'nobody answers there',
      error,
    );
  } finally {
    clearTimeout(timer);
  }
  if (response.status >= 300 && response.status < 400)
    throw unreachable(
      `it redirects to ${response.headers.get('location') ?? 'elsewhere'}: give that address if you trust it`,
    );
  if (!response.ok)
    throw unreachable(
      `it answers ${response.status}${response.status === 404 ? ', so it holds none of this digest (evidence is shown only while its user keeps it)' : ''}`,
    );
  try {
    return await readBody(response, limits.evidenceBytes);
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(`its answer broke off or is longer than ${limits.evidenceBytes} bytes`, error);
  }
}
