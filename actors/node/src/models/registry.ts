import { isAddress, isCoded, type NodeKey } from '@isobit/core';
import { type Catalogue, type CatalogueModel, modelUnknown } from '@isobit/gateway';
import {
  type Manifest,
  type NameRecord,
  openManifest,
  openName,
  parseRef,
  type SignedManifest,
  type SignedName,
} from '@isobit/model';
import type { BlobStore, Models } from '@isobit/store';
import type { KnownNames, NameRef } from './known-names.ts';
import { type Publication, signPublication } from './publish.ts';

/** Which name records are meant; all of them when empty. */
export interface NameQuery {
  /** Address of the owner's key. */
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** What the registry asks of other nodes. */
export interface RemoteDocuments {
  manifest(id: string, signal?: AbortSignal): Promise<SignedManifest | undefined>;
  names(query: NameQuery, signal?: AbortSignal): Promise<readonly SignedName[]>;
  announceName(signed: SignedName): Promise<void>;
}

export interface RegistryOptions {
  readonly key: NodeKey;
  readonly models: Models;
  readonly names: KnownNames;
  readonly blobs: BlobStore;
  readonly remote: RemoteDocuments;
  readonly clock: () => number;
}

/** The models and names that this node knows: its own, and those it heard of. */
export interface Registry extends Catalogue {
  /** Signs a manifest and a name for it, keeps both and tells the network. @throws CodedError `VERSION_TAKEN` */
  publish(publication: Publication): Promise<CatalogueModel>;
  /** Keeps a name record that came from elsewhere; what is malformed or contradicts an earlier one is not followed. */
  learnName(signed: SignedName): Promise<void>;
  manifest(id: string): Promise<SignedManifest | undefined>;
  /** Records that match, for other nodes that ask. */
  namesFor(query: NameQuery): Promise<readonly SignedName[]>;
  /** Whether all bytes of a model are here. */
  holds(manifest: Manifest): Promise<boolean>;
  /** The models whose bytes are all here. */
  held(): Promise<HeldModel[]>;
  /** Forgets a model here and removes the bytes that no other needs. */
  forget(id: string): Promise<{ id: string; freed: number }>;
}

export type HeldModel = Pick<CatalogueModel, 'id' | 'manifest'>;

/** References whose model is remembered until something changes: an inference asks for one of a few each time. */
const REMEMBERED = 1_000;

export function createRegistry({ key, models, names, blobs, remote, clock }: RegistryOptions): Registry {
  const remembered = new Map<string, { readonly model: CatalogueModel; readonly until: number }>();
  names.onChange(() => remembered.clear());
  /** Publications go one after the other: two at once would sign one version for two models. */
  let publishing: Promise<unknown> = Promise.resolve();

  async function manifestOf(id: string): Promise<{ signed: SignedManifest; manifest: Manifest } | undefined> {
    const known = await models.get(id);
    if (known) return known;
    const signed = await remote.manifest(id).catch(unlessCoded);
    if (!signed) return undefined;
    await models.add({ signed, source: 'network', time: clock() });
    return { signed, manifest: openManifest(signed).manifest };
  }

  async function catalogueModel(id: string, ref: string, record?: NameRecord): Promise<CatalogueModel> {
    const found = await manifestOf(id);
    if (!found) throw modelUnknown(ref);
    const named = record ?? (await names.ofModel(id))[0];
    return { id, signed: found.signed, manifest: found.manifest, ...(await namedAs(named)) };
  }

  const namedAs = async (
    record: NameRecord | undefined,
  ): Promise<Pick<CatalogueModel, 'name' | 'version' | 'versions'>> =>
    record
      ? { name: await names.display(record), version: record.version, versions: await names.versions(record) }
      : { versions: [] };

  async function recordOf(ref: NameRef, text: string): Promise<NameRecord> {
    try {
      return await names.resolve(ref, text);
    } catch (error) {
      if (!isCoded(error, 'MODEL_UNKNOWN')) throw error;
    }
    const { name, version, owner } = ref;
    const query = { name, ...(version ? { version } : {}), ...(owner && isAddress(owner) ? { owner } : {}) };
    for (const signed of (await remote.names(query).catch(unlessCoded)) ?? [])
      await registry.learnName(signed);
    return names.resolve(ref, text);
  }

  async function publish(publication: Publication): Promise<CatalogueModel> {
    const records = (await names.list())
      .map(({ record }) => record)
      .filter((record) => record.key === key.address && record.name === publication.name);
    const { id, signed, named } = signPublication(publication, { key, records, now: clock() });
    await models.add({ signed, source: 'push', time: clock() });
    await names.learn(named);
    await remote.announceName(named);
    return catalogueModel(id, publication.name, openName(named));
  }

  const registry: Registry = {
    learnName: (signed) => names.learn(signed).catch(unlessCoded),
    manifest: async (id) => (await models.get(id))?.signed,
    async resolve(text) {
      const known = remembered.get(text);
      if (known && clock() < known.until) return known.model;
      const ref = parseRef(text);
      const record = ref.kind === 'id' ? undefined : await recordOf(ref, text);
      const model = await catalogueModel(record?.model ?? (ref as { id: string }).id, text, record);
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(text, { model, until: record?.expires ?? Number.POSITIVE_INFINITY });
      return model;
    },
    async list() {
      const out: CatalogueModel[] = [];
      for (const { id, signed, manifest } of await models.list()) {
        const records = await names.ofModel(id);
        for (const record of records.length > 0 ? records : [undefined])
          out.push({ id, signed, manifest, ...(await namedAs(record)) });
      }
      return out;
    },
    publish(publication) {
      const published = publishing.then(() => publish(publication));
      publishing = published.catch(() => {});
      return published;
    },
    namesFor: async ({ owner, name, version }) =>
      (await names.list())
        .filter(
          ({ record }) =>
            (owner === undefined || record.key === owner) &&
            (name === undefined || record.name === name) &&
            (version === undefined || record.version === version),
        )
        .map(({ signed }) => signed),
    async holds(manifest) {
      for (const file of manifest.files) if (!(await blobs.has(file.root))) return false;
      return true;
    },
    async held() {
      const out: HeldModel[] = [];
      for (const { id, manifest } of await models.list())
        if (await registry.holds(manifest)) out.push({ id, manifest });
      return out;
    },
    async forget(id) {
      const { manifest } = (await models.get(id)) ?? {};
      await models.remove(id);
      remembered.clear();
      const needed = new Set(
        (await models.list()).flatMap((model) => model.manifest.files.map((file) => file.root)),
      );
      let freed = 0;
      for (const { root, size } of manifest?.files ?? [])
        if (!needed.has(root) && (await blobs.remove(root))) freed += size;
      return { id, freed };
    },
  };
  return registry;
}

function unlessCoded(error: unknown): undefined {
  if (!isCoded(error)) throw error;
  return undefined;
}
