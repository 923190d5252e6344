import type { NodeApi } from '@isobit/client';
import { isCoded, sha256, toHex, utf8 } from '@isobit/core';
import {
  chooseFiles,
  createHub,
  type FetchedFile,
  type FetchOptions,
  type FileFacts,
  fits,
  type Hub,
  type HubChoice,
  type HubRef,
  type HubRepository,
  memoryNeeded,
  readHubSettings,
} from '@isobit/store/hub';
import { ask, modelList } from '../nodes/answers.ts';
import { formatBytes, formatMs } from '../output/bytes.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { suggestedName } from '../publish/model-name.ts';
import { type Published, publish } from '../publish/publish.ts';
import { chatTemplateOf } from './chat-template.ts';
import { type KnownModel, knownModel, knownRepository, remember } from './known-repository.ts';
import { templateDiff } from './template-diff.ts';

export interface HubModelOptions {
  readonly api: NodeApi;
  readonly ref: HubRef;
  /** Name and version under which it is published; from the repository, and the next free one, where absent. */
  readonly name?: string;
  readonly version?: string;
  /** Id of the model that this one was made from; what the repository says where absent. */
  readonly parent?: string;
  /** These stand above what the repository says. */
  readonly title?: string;
  readonly task?: string;
  readonly licence?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** A model that came from a hub and is published by the node. */
export interface HubModel extends Omit<Published, 'files' | 'entry'> {
  /** `hf.co/ORG/REPO@COMMIT`, as the card says it. */
  readonly source: string;
  /** Bytes that came over the network. */
  readonly fetched: number;
  /** Present where it has one: its digest, and whether it is the one that was known. */
  readonly template?: { readonly sha256: string; readonly is: 'new' | 'known' | 'changed' };
}

/**
 * Brings a model from a hub to the node, as a push of its files would: told of before it is fetched, checked against
 * the hub's digests, published with the commit that it came from.
 *
 * @throws CodedError `HUB_*`, `STORE_FULL`, `STORE_IO`, `FILE`; of the node
 */
export async function hubModel(options: HubModelOptions): Promise<HubModel> {
  const { ref, env, home, terminal, signal } = options;
  await using hub = createHub(await readHubSettings(env));
  const repository = await hub.repository(ref, signal);
  const available = process.availableMemory();
  const choice = chooseFiles({ repository, available, ...(ref.quant ? { quant: ref.quant } : {}) });
  const facts = await hub.facts({ repository, files: choice.files, signal });
  const size = facts.reduce((sum, file) => sum + file.size, 0);
  terminal.note(choiceText(repository, choice, facts));
  terminal.note(memoryText(size, available));
  const source = `hf.co/${repository.repo}@${repository.commit}`;
  const { files, fetched } = await fetchAll(hub, { repository, files: facts, signal }, terminal);
  const text = await chatTemplateOf(choice, files, signal);
  const template =
    text === undefined ? undefined : await compareTemplate(text, repository, { home, terminal });
  const known = await held(options, repository, choice);
  const published = known ?? (await publishFiles(options, { repository, choice, source, files }));
  const { repo, revision, commit } = repository;
  const { entry, quant } = choice;
  await remember(home, repo, {
    model: { entry, revision, commit, id: published.id, ...(quant ? { quant } : {}) },
    template: text,
  });
  const { id, name, version } = published;
  return { id, name, version, size, source, fetched, ...(template ? { template } : {}) };
}

async function fetchAll(
  hub: Hub,
  options: FetchOptions,
  terminal: Terminal,
): Promise<{ files: FetchedFile[]; fetched: number }> {
  const total = options.files.reduce((sum, { size }) => sum + size, 0);
  using progress = startProgress(terminal, `pull ${options.repository.repo}`, total);
  const started = performance.now();
  const found = await hub.fetch({ ...options, onProgress: (bytes) => progress.update(bytes) });
  const took = formatMs(performance.now() - started);
  if (found.fetched > 0) terminal.note(`fetched ${formatBytes(found.fetched)} in ${took}`);
  return found;
}

async function publishFiles(
  { api, terminal, signal, home, ...given }: HubModelOptions,
  from: { repository: HubRepository; choice: HubChoice; source: string; files: readonly FetchedFile[] },
): Promise<Published> {
  const { repository, choice, source, files } = from;
  const parent = given.parent ?? (await parentOf(api, home, repository, signal));
  const licence = given.licence ?? repository.licence;
  return publish({
    api,
    path: source,
    local: {
      files: files
        .map(({ path, absolute, size }) => ({ path, absolute, size }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      entry: choice.entry,
    },
    facts: { source },
    name: given.name ?? nameOf(repository, choice),
    title: given.title ?? titleOf(repository, choice),
    ...(given.version ? { version: given.version } : {}),
    ...(given.task ? { task: given.task } : {}),
    ...(licence ? { licence } : {}),
    ...(parent ? { parent } : {}),
    terminal,
    signal,
  });
}

/** `org/Model-1B-Instruct-GGUF` in Q8_0 becomes `model-1b-instruct-q8_0`. */
const nameOf = (repository: HubRepository, choice: HubChoice): string =>
  suggestedName(titleOf(repository, choice).replaceAll(' ', '-'));

function titleOf({ repo }: HubRepository, { quant }: HubChoice): string {
  const title = repo.slice(repo.indexOf('/') + 1).replace(/[-_.]gguf$/i, '');
  return quant && !title.toUpperCase().includes(quant) ? `${title} ${quant}` : title;
}

/** The first of the repository's parents that was pulled here and that the node still knows. */
async function parentOf(
  api: NodeApi,
  home: string,
  { parents }: HubRepository,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const repo of parents) {
    const known = await knownModel(home, { repo });
    if (known && (await isKnownTo(api, known.id, signal))) return known.id;
  }
  return undefined;
}

async function isKnownTo(api: NodeApi, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await api.resolve(id, signal);
    return true;
  } catch (error) {
    if (isCoded(error, 'MODEL_UNKNOWN')) return false;
    throw error;
  }
}

/** What an earlier pull of the same commit and files published, where the node still has its bytes. */
async function held(
  { api, home, signal, ...given }: HubModelOptions,
  { repo, commit }: HubRepository,
  { entry }: HubChoice,
): Promise<Published | undefined> {
  // Whoever says how it is to be called or described wants it published so.
  const said = [given.name, given.version, given.title, given.task, given.licence, given.parent];
  if (said.some((value) => value !== undefined)) return undefined;
  const isSame = (model: KnownModel): boolean => model.entry === entry && model.commit === commit;
  const known = (await knownRepository(home, repo)).models.find(isSame);
  if (!known) return undefined;
  const { models } = await ask(api, '/api/models', modelList, { signal });
  const model = models.find(
    ({ id, held: isHere, name: named }) => id === known.id && isHere === true && named !== undefined,
  );
  if (model?.name === undefined) return undefined;
  return { id: model.id, name: model.name, version: model.version ?? '', size: model.size, files: 0, entry };
}

function choiceText(
  { repo, commit, revision }: HubRepository,
  choice: HubChoice,
  files: readonly FileFacts[],
): string {
  const at = revision === commit ? commit.slice(0, 12) : `${revision}, commit ${commit.slice(0, 12)}`;
  const isGguf = choice.format === 'gguf';
  const weights = isGguf ? files : files.filter(({ path }) => path.endsWith('.safetensors'));
  const many = weights.length === 1 ? 'one file' : `${weights.length} files`;
  const what = isGguf ? choice.entry + (weights.length === 1 ? '' : ` in ${many}`) : `safetensors in ${many}`;
  const why = choice.chosen && choice.quant ? ', chosen since no quantisation was named' : '';
  return `${repo} at ${at}: ${what}${why}`;
}

function memoryText(size: number, available: number): string {
  const needed = `${formatBytes(size)}; it takes about ${formatBytes(memoryNeeded(size))} of memory to run`;
  return fits(size, available)
    ? `${needed}, and ${formatBytes(available)} are free on this machine`
    : `${needed}, more than the ${formatBytes(available)} that are free on this machine: it can be hosted here, but not run`;
}

/** Tells how a template differs from the one known of this repository, else of one it was made from. */
async function compareTemplate(
  text: string,
  { repo, parents }: HubRepository,
  { home, terminal }: Pick<HubModelOptions, 'home' | 'terminal'>,
): Promise<HubModel['template']> {
  const digest = toHex(sha256(utf8(text)));
  for (const from of [repo, ...parents]) {
    const { template } = await knownRepository(home, from);
    if (!template) continue;
    const lines = templateDiff(template.text, text);
    if (lines.length === 0) return { sha256: digest, is: 'known' };
    terminal.note(`its chat template is not the one known of ${from} at ${template.commit.slice(0, 12)}:`);
    for (const line of lines) terminal.note(`  ${line}`);
    return { sha256: digest, is: 'changed' };
  }
  return { sha256: digest, is: 'new' };
}
