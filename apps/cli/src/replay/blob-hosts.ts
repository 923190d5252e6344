import { clientError } from '@isobit/client';
import { isCoded } from '@isobit/core';
import { createHttpSource, type HttpSource } from '@isobit/store';
import { ask, hostList } from '../nodes/answers.ts';
import type { FoundNode } from '../nodes/find-node.ts';

/** Somebody who may serve blobs. */
export interface BlobHost {
  readonly url: string;
  /** Whether the user named it, so that it may be in a private network; peers' announcements never lead there. */
  readonly named: boolean;
}

export interface BlobHosts {
  /** Addresses that the user named. */
  readonly named: readonly string[];
  /** Hosts of a model, those that the user named first. */
  of(model: string, signal?: AbortSignal): Promise<readonly BlobHost[]>;
}

/**
 * `--from` addresses, then the node, then whom the node knows to hold the model.
 *
 * @param followPrivate whether announced addresses may lead to private networks
 */
export function hostsBy(
  from: readonly string[],
  node: FoundNode | undefined,
  followPrivate: boolean,
): BlobHosts {
  const named = [...from, ...(node ? [node.api.baseUrl] : [])];
  return {
    named,
    async of(model, signal) {
      const announced = node ? await announcedHosts(node, model, signal) : [];
      return [
        ...named.map((url) => ({ url, named: true })),
        ...announced.filter((url) => !named.includes(url)).map((url) => ({ url, named: followPrivate })),
      ];
    },
  };
}

async function announcedHosts({ api }: FoundNode, model: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const init = signal ? { signal } : {};
    const { hosts } = await ask(api, `/models/${encodeURIComponent(model)}/hosts`, hostList, init);
    return [...new Set(hosts.flatMap(({ http }) => http.slice(0, MAX_URLS)))].slice(0, MAX_HOSTS);
  } catch (error) {
    signal?.throwIfAborted();
    // A node that knows no hosts may still hold the bytes itself.
    if (isCoded(error)) return [];
    throw error;
  }
}

const MAX_URLS = 2;
const MAX_HOSTS = 8;

/** Opens sources over HTTP. @throws CodedError `BYTES_UNAVAILABLE` where nobody can be asked */
export async function openSources(
  hosts: readonly BlobHost[],
  root: string,
): Promise<{ readonly list: readonly HttpSource[] } & AsyncDisposable> {
  const list: HttpSource[] = [];
  for (const { url, named } of hosts) {
    try {
      list.push(createHttpSource({ url, allowPrivate: named }));
    } catch (error) {
      // An announced address that is none is the announcer's fault; a named one is the user's.
      if (named) throw error;
    }
  }
  if (list.length === 0)
    throw clientError(
      'BYTES_UNAVAILABLE',
      `the model's bytes (${root}) are not in the cache and nobody was named who serves them: start a node, or give --from URL`,
      { root },
    );
  return {
    list,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(list.map((source) => source[Symbol.asyncDispose]()));
    },
  };
}
