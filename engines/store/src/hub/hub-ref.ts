import { printable } from '@isobit/core';
import { storeError } from '../errors.ts';

/** What a person points at in a hub: `hf.co/ORG/REPO[:QUANT][@REVISION]`. */
export interface HubRef {
  /** `ORG/REPO`. */
  readonly repo: string;
  /** A quantisation such as `Q4_K_M`, or a file of the repository. */
  readonly quant?: string;
  /** Branch, tag or commit; `main` where absent. */
  readonly revision?: string;
}

const PREFIX = /^(?:https:\/\/)?(?:hf\.co|huggingface\.co)\//;
const PART = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?';
const REF = new RegExp(`^(${PART}/${PART})(?::([A-Za-z0-9._/-]{1,200}))?(?:@([A-Za-z0-9._/-]{1,200}))?$`);

/** Whether a text points at a hub at all; `parseHubRef` says what it names. */
export const isHubRef = (text: string): boolean => PREFIX.test(text);

/** @throws CodedError `HUB_REF_INVALID` */
export function parseHubRef(text: string): HubRef {
  const [, repo, quant, revision] = REF.exec(text.replace(PREFIX, '')) ?? [];
  const named = isHubRef(text) && repo !== undefined && [repo, quant, revision].every(isHarmless);
  if (!named)
    throw storeError(
      'HUB_REF_INVALID',
      `"${printable(text, 120)}" names no model of a hub: write hf.co/ORG/REPO, hf.co/ORG/REPO:Q4_K_M or hf.co/ORG/REPO@REVISION`,
    );
  return { repo, ...(quant ? { quant } : {}), ...(revision ? { revision } : {}) };
}

/** Neither a step up in a folder nor the hub's own separator of its cache. */
const isHarmless = (part: string | undefined): boolean =>
  part === undefined || !/\.\.|--|\/\/|^\/|\/$/.test(part);
