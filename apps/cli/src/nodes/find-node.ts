import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodeApi, type NodeApi } from '@isobit/client';
import { listRunning, type RunningNode } from '@isobit/node/running';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import { textOption } from '../invocation.ts';

/** A node that a command may ask. */
export interface FoundNode {
  readonly api: NodeApi;
  /** Whether the operator's routes will be answered. */
  readonly isOperator: boolean;
}

/**
 * The node of `--node`, else the first one running on this machine; undefined where there is none.
 *
 * @throws CodedError `USAGE` for an address that is none, `FILE` for a token file that can't be read
 */
export async function findNode(invocation: Invocation): Promise<FoundNode | undefined> {
  const named = textOption(invocation, 'node');
  const running = (await listRunning(invocation.home)).filter((node) => node.http);
  if (named === undefined) return running[0] && runningNode(running[0]);
  const url = nodeUrl(named);
  const file = textOption(invocation, 'token');
  if (file !== undefined) return open(url, await readToken(file));
  const own = running.find((node) => sameOrigin(node.http, url));
  return open(url, own && (await tokenOf(own)));
}

/** A node that runs on this machine, as its operator where it is this user's. */
export const runningNode = async (node: RunningNode): Promise<FoundNode> =>
  open(node.http, await tokenOf(node));

/** As `findNode`. @throws CodedError `NO_LOCAL_NODE` that says what to type */
export async function needNode(invocation: Invocation): Promise<FoundNode> {
  const node = await findNode(invocation);
  if (node) return node;
  throw cliError(
    'NO_LOCAL_NODE',
    'no node runs on this machine: start one with "isobit node" or "isobit up", or name one with --node URL',
  );
}

/** A node whose operator this user is. @throws CodedError `NO_TOKEN`, and as `needNode` */
export async function needOperator(invocation: Invocation): Promise<NodeApi> {
  const { api, isOperator } = await needNode(invocation);
  if (isOperator) return api;
  throw cliError(
    'NO_TOKEN',
    `only its operator may do this on ${api.baseUrl}: give --token FILE, the file operator.token of its data folder`,
  );
}

const open = (baseUrl: string, token: string | undefined): FoundNode => ({
  api: createNodeApi(token === undefined ? { baseUrl } : { baseUrl, token }),
  isOperator: token !== undefined,
});

/** `127.0.0.1:4620` is taken for `http://127.0.0.1:4620`. @throws CodedError `USAGE` */
export function nodeUrl(text: string): string {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw cliError('USAGE', `"${text}" is no address of a node: give one such as http://127.0.0.1:4620`);
  return url.href.replace(/\/+$/, '');
}

const sameOrigin = (a: string, b: string): boolean =>
  URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;

/** Undefined where the node belongs to another user. */
const tokenOf = async (node: RunningNode): Promise<string | undefined> => {
  try {
    return (await readFile(join(node.dataDir, 'operator.token'), 'utf8')).trim();
  } catch {
    return undefined;
  }
};

async function readToken(file: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw cliError('FILE', `the token file can't be read: ${(error as Error).message}`, error);
  }
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw cliError(
    'FILE',
    `${file} holds no operator token (64 hex characters): give operator.token of the node's data folder`,
  );
}
