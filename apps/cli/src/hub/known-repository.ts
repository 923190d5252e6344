import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeForeignJson } from '@isobit/core';
import { ggufStem } from '@isobit/model';
import type { HubRef } from '@isobit/store/hub-ref';
import * as v from 'valibot';
import { writeWhole } from '../files/write-file.ts';

const text = v.string();

const kept = v.object({
  /** The chat template that was last seen, and the commit that it came from. */
  template: v.optional(v.object({ text, commit: text })),
  /** What was pulled, the newest first. */
  models: v.array(v.object({ entry: text, quant: v.optional(text), revision: text, commit: text, id: text })),
});

/** What this machine remembers of a hub's repository. */
export type KnownRepository = v.InferOutput<typeof kept>;
export type KnownModel = KnownRepository['models'][number];

/** Of a repository that is pulled again and again. */
const MOST_MODELS = 100;
/** A template of a megabyte, escaped, and the models. */
const MOST_BYTES = 8 * 1024 * 1024;

const fileOf = (home: string, repo: string): string => join(home, 'hub', `${repo.replace('/', '--')}.json`);

/** What cannot be read is as good as forgotten: it is written anew by the next pull. */
export async function knownRepository(home: string, repo: string): Promise<KnownRepository> {
  const nothing: KnownRepository = { models: [] };
  const bytes = await readFile(fileOf(home, repo)).catch(() => undefined);
  if (!bytes) return nothing;
  try {
    return v.parse(kept, decodeForeignJson(bytes, MOST_BYTES, MOST_BYTES));
  } catch {
    return nothing;
  }
}

/** Remembers a model that was pulled, and its template where it has one. @throws CodedError `FILE` */
export async function remember(
  home: string,
  repo: string,
  { model, template }: { model: KnownModel; template: string | undefined },
): Promise<void> {
  const known = await knownRepository(home, repo);
  const others = known.models.filter(({ entry, commit }) => entry !== model.entry || commit !== model.commit);
  const now: KnownRepository = {
    ...known,
    ...(template === undefined ? {} : { template: { text: template, commit: model.commit } }),
    models: [model, ...others].slice(0, MOST_MODELS),
  };
  const file = fileOf(home, repo);
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, Buffer.from(JSON.stringify(now)));
}

/** The model that a reference last led to on this machine; undefined where it was never pulled. */
export async function knownModel(home: string, ref: HubRef): Promise<KnownModel | undefined> {
  const { models } = await knownRepository(home, ref.repo);
  const wanted = ref.quant?.toLowerCase();
  const isMeant = ({ entry, quant }: KnownModel): boolean =>
    wanted === undefined ||
    [quant, entry, entry.replace(/\.gguf$/i, ''), ggufStem(entry)].some(
      (name) => name?.toLowerCase() === wanted,
    );
  const { revision = 'main' } = ref;
  return models.find((model) => isMeant(model) && [model.revision, model.commit].includes(revision));
}
