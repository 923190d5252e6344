import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { printable } from '@isobit/core';
import { storeError } from '../errors.ts';

/** Where the hub is, who asks, and where its files are kept: the variables that the hub's own tools read. */
export interface HubSettings {
  /** Ends without a slash. */
  readonly endpoint: string;
  readonly token?: string;
  /** Folder of `models--ORG--REPO`. */
  readonly cacheDir: string;
}

const ENDPOINT = 'https://huggingface.co';

/**
 * `HF_ENDPOINT`; `HF_TOKEN`, else the file of `HF_TOKEN_PATH` or `HF_HOME/token`, unless
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set; `HF_HUB_CACHE`, else `HF_HOME/hub`. `HF_HOME` is
 * `XDG_CACHE_HOME/huggingface` where it is not set.
 *
 * @throws CodedError `HUB_REF_INVALID` for an endpoint that is no http(s) address
 */
export async function readHubSettings(env: NodeJS.ProcessEnv, user = homedir()): Promise<HubSettings> {
  const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(user, '.cache'), 'huggingface');
  const token = await readToken(env, home);
  return {
    endpoint: endpointOf(env['HF_ENDPOINT'] || ENDPOINT),
    cacheDir: env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(home, 'hub'),
    ...(token ? { token } : {}),
  };
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href.replace(/\/+$/, '');
  throw storeError(
    'HUB_REF_INVALID',
    `HF_ENDPOINT is "${printable(text, 120)}", no address of a hub: set it to one such as ${ENDPOINT}, or unset it`,
  );
}

/** A token that is none, such as an empty one, is no reason to fail: most models are public. */
async function readToken(env: NodeJS.ProcessEnv, home: string): Promise<string | undefined> {
  const stated = env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'];
  if (stated) return clean(stated);
  if (/^(?:1|on|yes|true)$/i.test(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'] ?? '')) return undefined;
  const file = env['HF_TOKEN_PATH'] || join(home, 'token');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : clean(text);
}

/** What a header can carry; files end in a line feed. */
const clean = (text: string): string | undefined => /^[\x21-\x7e]{1,1000}$/.exec(text.trim())?.[0];
