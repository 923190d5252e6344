import { readFile } from 'node:fs/promises';
import { createLlmExact } from '@isobit/exact';
import { kernelsPath } from '@isobit/exact/process';
import { languageSource, partsSource, splitGguf, textModelFile } from '@isobit/exact/testing';
import { blockRoot, modelId, signManifest } from '@isobit/model';
import {
  createTextRequest,
  createTextResponse,
  type Evidence,
  llmExact,
  ofKind,
  type Profile,
  type TextRequestOptions,
  type TextResponse,
} from '@isobit/receipt';
import { leavesOf, publisher, salt, signedEvidence } from './signed.ts';

/** A small language model that answers letters without sense. */
export const textModel = textModelFile();
export const textRoot = blockRoot(leavesOf(textModel));
/** The same in three files. */
export const textParts = splitGguf(textModel, [0, 5]);
export const kernels = new Uint8Array(await readFile(kernelsPath('single')));

export interface NonsenseOptions {
  /** Its model lies in three files. */
  readonly inParts?: boolean;
  readonly request?: Partial<TextRequestOptions>;
  /** What the worker makes of the true answer before it signs. */
  readonly lie?: (response: TextResponse) => TextResponse;
  /** What the worker calls the profile that it ran under. */
  readonly profile?: Profile;
}

/** Evidence of a worker that went on with "abc", or did what the options say. */
export async function nonsense({
  inParts = false,
  request: asked = {},
  lie,
  profile = llmExact,
}: NonsenseOptions = {}): Promise<Evidence> {
  const { manifest, ...bytes } = inParts ? partsSource(textParts) : languageSource(textModel);
  const source = { ...bytes, manifest: { ...manifest, title: 'Nonsense', publisher: publisher.address } };
  await using runtime = createLlmExact({ kernels: async () => kernels });
  await using model = await runtime.load(source);
  const request = createTextRequest({
    model: modelId(source.manifest),
    profile: profile.name,
    salt,
    prompt: { text: 'abc' },
    maxTokens: 24,
    sampling: { temperature: '1.2' },
    ...asked,
  });
  const { response } = await model.execute(request);
  const text = ofKind(response, 'text');
  return signedEvidence({
    manifest: signManifest(source.manifest, publisher),
    request,
    response: lie ? lie(text) : text,
    profile,
    engine: runtime.engine,
  });
}

/** The lie of these tests: one token in the middle is another, and the text goes along. */
export const LIE_AT = 9;

export function otherToken({ promptTokens, choices: [first, ...rest] }: TextResponse): TextResponse {
  if (!first) throw new Error('no answer to lie in');
  const tokens = first.tokens.with(LIE_AT, first.tokens[LIE_AT] === 20 ? 21 : 20);
  return createTextResponse({ promptTokens, choices: [{ ...first, tokens }, ...rest] });
}
