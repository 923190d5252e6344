import { constants } from 'node:fs';
import { access, mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { defaultHttpPort } from '@isobit/node/options';
import type { RunningNode } from '@isobit/node/running';
import { reason } from '../files/read-file.ts';
import { isFree } from '../nodes/free-port.ts';
import { formatBytes } from '../output/bytes.ts';
import { type Finding, hint, ok, problem } from './check.ts';

const NEEDED_NODE = 24;
/** The engine's process may use twice the model's memory, and a node some 200 MB. */
const LEAST_MEMORY = 2e9;
const LEAST_SPACE = 1e9;

export function checkNode(version = process.version): Finding {
  const major = Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
  return major >= NEEDED_NODE
    ? ok('node', version)
    : problem(
        'node',
        `${version}, where ${NEEDED_NODE} is needed`,
        'the install brings it; start through npx isobit',
      );
}

export async function checkPort(running: readonly RunningNode[]): Promise<Finding> {
  const name = `port ${defaultHttpPort}`;
  const own = running.find((node) => node.http.endsWith(`:${defaultHttpPort}`));
  if (own) return ok(name, `held by the node ${own.address} on this machine`);
  return (await isFree('127.0.0.1', defaultHttpPort))
    ? ok(name, 'free')
    : hint(
        name,
        'taken by another program',
        'isobit node then takes the next one; or choose with --http 127.0.0.1:PORT',
      );
}

export async function checkHome(home: string): Promise<Finding[]> {
  const name = 'data folder';
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const space = `${formatBytes(free)} free`;
    if (free < LEAST_SPACE)
      return [problem(name, `${home}: only ${space}`, 'free some, or move it: export ISOBIT_HOME=/path')];
    return [ok(name, `${home}, ${space}`)];
  } catch (error) {
    return [
      problem(
        name,
        `${home} can't be used: ${reason(error)}`,
        `chmod u+rwx ${home}, or move it: export ISOBIT_HOME=/path`,
      ),
    ];
  }
}

const SECRETS = ['node.key', 'operator.token'];

/** Keys of every node that keeps its data in the usual place or runs now. */
export async function checkKeys(home: string, running: readonly RunningNode[]): Promise<Finding[]> {
  const folders = new Set([join(home, 'node'), ...running.map((node) => node.dataDir)]);
  const open: string[] = [];
  let found = 0;
  for (const folder of folders) {
    const names: string[] = await readdir(folder).catch(() => []);
    for (const path of SECRETS.filter((name) => names.includes(name)).map((name) => join(folder, name))) {
      found++;
      if ((await stat(path)).mode & 0o077) open.push(path);
    }
  }
  if (open.length > 0)
    return [problem('keys', `readable by others: ${open.join(', ')}`, `chmod 600 ${open.join(' ')}`)];
  return [
    ok(
      'keys',
      found === 0 ? 'none yet: the first start makes them' : `${found} files, readable by you alone`,
    ),
  ];
}

export function checkMemory(): Finding {
  const total = `${formatBytes(totalmem())}, ${formatBytes(freemem())} free`;
  return totalmem() >= LEAST_MEMORY
    ? ok('memory', total)
    : hint('memory', total, 'run small models only: isobit node --memory 512');
}

/** This file is younger than any clock that is right. */
const BUILT = Date.UTC(2026, 10, 1);

export function checkClock(now = Date.now()): Finding {
  const time = new Date(now).toISOString();
  return now > BUILT
    ? ok('clock', time)
    : problem(
        'clock',
        `${time} lies in the past`,
        'set the clock (timedatectl set-ntp true): receipts carry the time',
      );
}
