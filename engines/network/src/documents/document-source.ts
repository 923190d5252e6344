import type { SignedManifest, SignedName } from '@isobit/model';
import type { NameQuery } from './document-messages.ts';

/** Where a node's own documents come from. */
export interface DocumentSource {
  manifest(id: string): Promise<SignedManifest | undefined>;
  /** Newest first; a peer is given as many as fit. */
  names(query: NameQuery): Promise<readonly SignedName[]>;
}
