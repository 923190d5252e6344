import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { concatBytes, equalBytes, sha256 } from '@isobit/core';

/*
 * The durable truth of a log's tail: two files of records, of which one is active. A file begins with a
 * snapshot; each record carries the hash of all before it, so a torn write, or a record left from the file's
 * earlier use, ends the reading. A snapshot written to the other file makes that one active.
 *
 * record: length u32 of what follows the checksum ‖ checksum = sha256(previous checksum ‖ type ‖ body) ‖ type ‖ body
 */

const HEAD = 36;
const SNAPSHOT = 1;
const GROUP = 2;
/**
 * Linux makes a write durable in the same call (`O_DSYNC`): one turn of another thread less for each group. macOS
 * would leave it in the drive's cache, where `datasync` does not.
 */
const WRITES_ARE_DURABLE = process.platform === 'linux';
const FIRST = new Uint8Array(32);

export interface Recovered {
  /** Body of the newest snapshot, and of each group that followed it. */
  readonly snapshot: Uint8Array;
  readonly groups: readonly Uint8Array[];
}

export interface WriteAhead {
  /** Bytes in the active file. */
  readonly size: number;
  /** Makes a group durable. Calls must not overlap. */
  append(body: Uint8Array): Promise<void>;
  /** Begins anew from a snapshot, in the other file; what came before is no longer read. */
  restart(body: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface WriteAheadOptions {
  readonly path: string;
  /** Bytes to set aside in each file, so that a write need not extend it: a third of the time of a commit. */
  readonly reserve: number;
}

/** Sequence numbers tell which of two valid snapshots is the newer one. */
interface Segment {
  readonly sequence: number;
  readonly recovered: Recovered;
}

/** Opens the pair of files `<path>.0` and `<path>.1`; `recovered` is undefined where neither holds a snapshot. */
export async function openWriteAhead(
  options: WriteAheadOptions,
): Promise<{ wal: WriteAhead; recovered: Recovered | undefined }> {
  const files = [
    await openReserved(`${options.path}.0`, options.reserve),
    await openReserved(`${options.path}.1`, options.reserve),
  ] as const;
  const segments = [await readSegment(files[0]), await readSegment(files[1])] as const;
  const newest = (segments[1]?.sequence ?? -1) > (segments[0]?.sequence ?? -1) ? 1 : 0;
  let active: 0 | 1 = newest;
  let sequence = segments[newest]?.sequence ?? 0;
  let previous: Uint8Array = FIRST;
  let position = 0;

  async function write(type: number, body: Uint8Array): Promise<void> {
    const record = new Uint8Array(HEAD + 1 + body.length);
    new DataView(record.buffer).setUint32(0, 1 + body.length);
    record[HEAD] = type;
    record.set(body, HEAD + 1);
    const checksum = sha256(concatBytes(previous, record.subarray(HEAD)));
    record.set(checksum, 4);
    await writeAll(files[active], record, position);
    if (!WRITES_ARE_DURABLE) await files[active].datasync();
    previous = checksum;
    position += record.length;
  }

  const wal: WriteAhead = {
    get size() {
      return position;
    },
    append: (body) => write(GROUP, body),
    async restart(body) {
      active = active === 0 ? 1 : 0;
      previous = FIRST;
      position = 0;
      const stamp = new Uint8Array(8);
      new DataView(stamp.buffer).setBigUint64(0, BigInt(++sequence));
      await write(SNAPSHOT, concatBytes(stamp, body));
    },
    async close() {
      await Promise.all(files.map((file) => file.close()));
    },
  };
  return { wal, recovered: segments[newest]?.recovered };
}

async function openReserved(path: string, reserve: number): Promise<FileHandle> {
  const file = await open(
    path,
    constants.O_RDWR | constants.O_CREAT | (WRITES_ARE_DURABLE ? constants.O_DSYNC : 0),
  );
  const { size } = await file.stat();
  if (size < reserve) {
    await writeAll(file, new Uint8Array(reserve - size), size);
    await file.sync();
  }
  return file;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function readSegment(file: FileHandle): Promise<Segment | undefined> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, size - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  const bodies: Uint8Array[] = [];
  let previous: Uint8Array = FIRST;
  for (let at = 0; at + HEAD < size; ) {
    const length = new DataView(bytes.buffer, at).getUint32(0);
    const record = bytes.subarray(at + HEAD, at + HEAD + length);
    if (length === 0 || record.length !== length) break;
    const checksum = sha256(concatBytes(previous, record));
    if (!equalBytes(checksum, bytes.subarray(at + 4, at + HEAD))) break;
    if ((record[0] === SNAPSHOT) !== (bodies.length === 0)) break;
    bodies.push(record.subarray(1));
    previous = checksum;
    at += HEAD + length;
  }
  const [first, ...groups] = bodies;
  if (!first || first.length < 8) return undefined;
  const sequence = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0));
  return { sequence, recovered: { snapshot: first.subarray(8), groups } };
}
