import { readFile, stat } from 'node:fs/promises';
import { limits, utf8 } from '@isobit/core';
import { type FsckReport, fsck, verifierOf } from '@isobit/log';
import { decodeEvidence, receiptKind } from '@isobit/receipt';
import { readFolder } from '@isobit/store';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { type ExitCode, exit } from '../exit.ts';
import { flag, listOption } from '../invocation.ts';
import { counted } from '../output/bytes.ts';
import { printTable } from '../output/print-table.ts';
import { startProgress } from '../output/progress.ts';
import { green, red, type Terminal } from '../output/terminal.ts';
import { logKeys } from './log-keys.ts';
import { get, logBase, readHttp } from './read-http.ts';

/** Audits a log, over HTTP or in a folder, and prints what was found. @throws CodedError `FILE`, `LOG_UNREACHABLE` */
export async function audit(place: string, invocation: Invocation): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const overHttp = /^https?:\/\//i.test(place);
  if (!overHttp) await needFolder(place);
  const where = overHttp ? await findLog(place, signal) : place;
  const earlier = await Promise.all(listOption(invocation, 'seen').map(readSeen));
  const read = overHttp ? readHttp(where) : readFolder(where);
  const trusted = listOption(invocation, 'trust').map(verifierOf);
  const published = trusted.length > 0 ? undefined : await logKeys(where, overHttp, signal);
  const witnesses = listOption(invocation, 'witness').map(verifierOf);
  let bar: ReturnType<typeof startProgress> | undefined;
  let report: FsckReport;
  try {
    report = await fsck({
      read,
      keys: trusted.length > 0 ? trusted : (published?.verifiers ?? []),
      ...(published ? { origin: published.origin } : {}),
      witnesses,
      earlier,
      now: Date.now(),
      entry: refuseNonReceipt,
      signal,
      progress(entries, total) {
        bar ??= startProgress(terminal, 'audit', total);
        bar.update(entries);
      },
    });
  } finally {
    bar?.[Symbol.dispose]();
  }
  const signer =
    trusted.length > 0
      ? 'the keys you named'
      : published
        ? `the key that ${published.address} publishes`
        : undefined;
  if (flag(invocation, 'json')) terminal.json(asJson(report, signer));
  else print(terminal, where, report, signer);
  // An address where there is no log says nothing about one.
  if (report.findings.every(({ code }) => code === 'CHECKPOINT_MISSING') && !report.ok) return exit.unknown;
  if (report.findings.length > 0) return exit.refuted;
  return report.complete ? exit.holds : exit.unknown;
}

/** A node's own address is where its HTTP is; its log is at `/log`. */
async function findLog(url: string, signal: AbortSignal): Promise<string> {
  if (URL.parse(url)?.pathname !== '/') return url;
  const base = logBase(url);
  return (await get(`${base}/checkpoint`, limits.noteBytes, signal)) ? url : `${base}/log`;
}

/** The checkpoint in an evidence file, or a checkpoint by itself. @throws CodedError `FILE` */
async function readSeen(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw cliError('FILE', `${path} can't be read: ${error.message}`, error);
  });
  if (bytes[0] !== 0x7b) return bytes;
  const { log } = decodeEvidence(bytes);
  if (!log) throw cliError('FILE', `${path} is evidence without a place in a log`);
  return utf8(log.checkpoint);
}

async function needFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory())
    throw cliError(
      'FILE',
      `${path} is no folder: give the folder that holds "checkpoint" and "tile", or an http address`,
    );
}

/** A node's log holds receipts and nothing else. */
function refuseNonReceipt(bytes: Uint8Array): string | undefined {
  try {
    receiptKind.decode(bytes);
    return undefined;
  } catch (error) {
    return `no receipt: ${(error as Error).message}`;
  }
}

function asJson(
  { ok, complete, checkpoint, cosigned, entries, tiles, findings }: FsckReport,
  signer: string | undefined,
): unknown {
  const head = checkpoint && {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('hex'),
  };
  return {
    ok,
    complete,
    ...(head ? { checkpoint: head } : {}),
    keys: signer ?? null,
    cosigned,
    entries,
    tiles,
    findings,
  };
}

function print(terminal: Terminal, where: string, report: FsckReport, signer: string | undefined): void {
  const { checkpoint, cosigned, entries, tiles, findings, ok, complete } = report;
  const rows = [
    ['log', checkpoint?.origin ?? where],
    ['size', checkpoint ? counted(checkpoint.size, 'receipt') : 'unknown'],
    ['read', `${counted(entries, 'entry', 'entries')}, ${counted(tiles, 'tile')}`],
    ['checked against', signer ?? 'no key: the log publishes none here and none was named (--trust VKEY)'],
    ['cosigned by', cosigned.join(', ') || 'nobody you named'],
  ];
  printTable(terminal, rows);
  terminal.line();
  if (findings.length > 0) {
    const lines = findings.map(({ code, path, entry, message }) => [
      red(terminal, code),
      entry === undefined ? (path ?? '-') : `entry ${entry}`,
      message,
    ]);
    printTable(terminal, lines, ['FINDING', 'WHERE', 'WHAT']);
    if (!complete) terminal.line('The audit stopped here.');
  }
  if (ok)
    terminal.line(
      green(terminal, 'No finding: the files make one tree, and it has the root that was signed.'),
    );
}
