import { canonicalText, isCoded, limits } from '@isobit/core';
import { type NameRecord, openManifest, openName, type SignedManifest, type SignedName } from '@isobit/model';
import { networkError } from '../errors.ts';
import type { NetworkLog } from '../host/options.ts';
import type { Routes } from '../host/routes.ts';
import { networkLimits } from '../limits.ts';
import { readDocument } from '../wire/documents.ts';
import { askPeers } from './ask-peers.ts';
import {
  DOCUMENT_PROTOCOL,
  type DocumentRequest,
  documentReplyKind,
  documentRequestKind,
  type NameQuery,
} from './document-messages.ts';

export interface DocumentClientOptions {
  readonly routes: Routes;
  /** Addresses of nodes that hold or run a model. */
  readonly holders: (model: string) => readonly string[];
  /** Asks the Kademlia table; slower. */
  readonly findProviders: (model: string, signal?: AbortSignal) => Promise<readonly string[]>;
  readonly log: NetworkLog;
}

export interface DocumentClient {
  /**
   * A manifest by its id, from whichever peer has it first; its signature and id are verified.
   *
   * @throws CodedError `MANIFEST_NOT_FOUND`; or the signal's reason
   */
  getManifest(id: string, signal?: AbortSignal): Promise<SignedManifest>;
  /** Name records that peers know, verified, in no order; contradicting ones are all there. */
  findNames(query: NameQuery, signal?: AbortSignal): Promise<SignedName[]>;
}

export function createDocumentClient({
  routes,
  holders,
  findProviders,
  log,
}: DocumentClientOptions): DocumentClient {
  const ask = async (
    node: string,
    request: DocumentRequest,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> => {
    await using stream = await routes.open(node, DOCUMENT_PROTOCOL, signal);
    await stream.write(documentRequestKind.encode(request), signal);
    return (await readDocument(stream, documentReplyKind, limits.documentBytes, { signal })).documents;
  };
  const connected = () => routes.connected().map((peer) => peer.address);
  const lied = (node: string, what: string, error: unknown): void => {
    if (!isCoded(error)) throw error;
    log('warn', `a peer answered with a ${what} that is not to be believed`, {
      peer: node,
      code: error.code,
    });
  };

  const manifestFrom = async (
    nodes: readonly string[],
    id: string,
    signal?: AbortSignal,
  ): Promise<SignedManifest | undefined> => {
    let found: SignedManifest | undefined;
    await askPeers({
      nodes,
      ask: (node, limited) => ask(node, { isobit: 'document-request/1', want: 'manifest', id }, limited),
      take([document], node) {
        if (found || document === undefined) return found !== undefined;
        try {
          if (openManifest(document).id === id) found = document as SignedManifest;
          else log('warn', 'a peer answered with another manifest than asked for', { peer: node, id });
        } catch (error) {
          lied(node, 'manifest', error);
        }
        return found !== undefined;
      },
      ...(signal ? { signal } : {}),
    });
    return found;
  };

  return {
    async getManifest(id, signal) {
      const near = await manifestFrom([...holders(id), ...connected()], id, signal);
      const found = near ?? (await manifestFrom(await findProviders(id, signal), id, signal));
      if (found) return found;
      throw networkError(
        'MANIFEST_NOT_FOUND',
        `no peer has the manifest of ${id}: join the network of whoever published it, or ask them to stay up`,
        { id },
      );
    },

    async findNames(query, signal) {
      const found = new Map<string, SignedName>();
      const request: DocumentRequest = { isobit: 'document-request/1', want: 'names', ...query };
      await askPeers({
        nodes: connected(),
        ask: (node, limited) => ask(node, request, limited),
        take(documents, node) {
          for (const document of documents.slice(0, networkLimits.names)) {
            const text = canonicalText(document);
            if (found.has(text)) continue;
            try {
              if (matches(openName(document), query)) found.set(text, document as SignedName);
            } catch (error) {
              lied(node, 'name record', error);
            }
          }
          return false;
        },
        ...(signal ? { signal } : {}),
      });
      return [...found.values()];
    },
  };
}

/** True when a record is among those asked for. */
export const matches = (record: NameRecord, { owner, name, version }: NameQuery): boolean =>
  (owner === undefined || record.key === owner) &&
  (name === undefined || record.name === name) &&
  (version === undefined || record.version === version);
