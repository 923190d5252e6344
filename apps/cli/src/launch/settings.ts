import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { utf8 } from '@isobit/core';
import { cliError } from '../errors.ts';
import { reason } from '../files/read-file.ts';
import { writeWhole } from '../files/write-file.ts';
import type { Gateway, Tool } from './tool.ts';

/** What is remembered of a tool's settings while ours are in them. */
interface Note {
  readonly path: string;
  /** Their text before; absent where there were none. */
  readonly before?: string;
}

export interface SettingsPlace {
  readonly tool: Tool;
  readonly path: string;
  /** Folder of the user's nodes and caches, where the note lies. */
  readonly isobitHome: string;
}

const notePath = ({ isobitHome, tool }: SettingsPlace): string =>
  join(isobitHome, 'launch', `${tool.name}.json`);

/** Writes the gateway into a tool's settings. Done twice, what was there first is what is remembered. @throws CodedError `FILE` */
export async function applySettings(place: SettingsPlace, gateway: Gateway): Promise<void> {
  const { tool, path } = place;
  const now = await textOf(path);
  const after = tool.apply(now, gateway);
  const known = await readNote(place);
  if (!known || known.path !== path) {
    const note: Note = { path, ...(now === undefined ? {} : { before: now }) };
    await write(notePath(place), JSON.stringify(note));
  }
  await write(path, after);
}

/**
 * Puts a tool's settings back.
 *
 * @returns the file, or undefined where nothing of ours is known to be there
 * @throws CodedError `FILE`
 */
export async function restoreSettings(place: SettingsPlace): Promise<string | undefined> {
  const note = await readNote(place);
  if (!note) return undefined;
  const now = await textOf(note.path);
  const left = now === undefined ? undefined : place.tool.remove(now, note.before);
  if (left !== undefined) await write(note.path, left);
  else await rm(note.path, { force: true });
  await rm(notePath(place), { force: true });
  return note.path;
}

async function readNote(place: SettingsPlace): Promise<Note | undefined> {
  const text = await textOf(notePath(place));
  if (text === undefined) return undefined;
  const { path, before } = JSON.parse(text) as Partial<Note>;
  if (typeof path !== 'string')
    throw cliError('FILE', `${notePath(place)} is none that this command wrote: remove it`);
  return { path, ...(typeof before === 'string' ? { before } : {}) };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cliError('FILE', `${path} can't be read: ${reason(error)}`, error);
  }
}

/** Keys stand in settings: nobody else reads a file that is new, and one that was there keeps its mode. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  await writeWhole(path, utf8(text));
  await chmod(path, mode);
}
