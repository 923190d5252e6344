import { isCoded, printable } from '@isobit/core';
import { hasWeights, type Manifest, modelSize } from '@isobit/model';
import {
  type Evidence,
  profileByDigest,
  type Receipt,
  receiptDigest,
  requestTensors,
  responseTensors,
  type Tensor,
  type Usage,
} from '@isobit/receipt';
import { readCard } from './card.ts';
import { type Picture, pictureOf } from './picture.ts';
import { printableText } from './printable-text.ts';
import { summarizeTensor, type TensorSummary } from './tensor-summary.ts';
import { summarizeText, type TextSummary } from './text-summary.ts';
import { type TopLabel, topLabels } from './top-labels.ts';

/** What evidence says, cut to what a page can show. Every text is printable; none of it is checked but by the verdict. */
export interface Summary {
  readonly receipt: ReceiptSummary;
  /** Present only where the verdict verified the model. */
  readonly model?: ModelSummary;
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  readonly labels: readonly TopLabel[];
  readonly picture?: Picture;
  /** Of a question in words. */
  readonly text?: TextSummary;
  /** The evidence as indented JSON, cut after `RAW_CHARACTERS`. */
  readonly raw: string;
}

export interface ReceiptSummary {
  readonly digest: string;
  readonly model: string;
  readonly worker: string;
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly outcome: string;
  readonly error?: string;
  /** Name, or the digest where it is not known here. */
  readonly profile: string;
  readonly engine: string;
  readonly usage: Usage;
}

export interface ModelSummary {
  readonly title: string;
  readonly task: string;
  readonly publisher: string;
  readonly licence: string;
  /** Bytes of all its files; absent where nobody knows them. */
  readonly size?: number;
}

const RAW_CHARACTERS = 200_000;

/** @param manifest the model's, where the verdict verified it */
export function summarize(evidence: Evidence, manifest: Manifest | undefined): Summary {
  const { request, response } = evidence;
  const inputs = readable(() => (request?.kind === 'tensors' ? requestTensors(request) : []));
  const outputs = readable(() => (response?.kind === 'tensors' ? responseTensors(response) : []));
  const { image } = readCard(manifest?.card);
  const picture = image && pictureOf(inputs, image);
  const text = summarizeText(request, response);
  return {
    receipt: summarizeReceipt(evidence.receipt),
    ...(manifest ? { model: summarizeModel(manifest) } : {}),
    inputs: inputs.map(summarizeTensor),
    outputs: outputs.map(summarizeTensor),
    labels: labelsOf(outputs, manifest),
    ...(picture ? { picture } : {}),
    ...(text ? { text } : {}),
    raw: rawOf(evidence),
  };
}

/** The best labels of an answer, where the model's card names its classes. */
export function labelsOf(outputs: readonly Tensor[], manifest: Manifest | undefined): TopLabel[] {
  const { labels } = readCard(manifest?.card);
  return labels ? topLabels(outputs, labels) : [];
}

function summarizeReceipt(receipt: Receipt): ReceiptSummary {
  const { details } = receipt;
  return {
    digest: receiptDigest(receipt),
    model: receipt.model,
    worker: receipt.worker,
    network: receipt.network,
    time: receipt.time,
    outcome: receipt.outcome,
    ...(details.error ? { error: printable(details.error) } : {}),
    profile: profileByDigest(receipt.profile)?.name ?? receipt.profile,
    engine: printable(`${details.engine.name} ${details.engine.version}`),
    usage: details.usage,
  };
}

const summarizeModel = (manifest: Manifest): ModelSummary => ({
  title: printable(manifest.title, 120),
  task: printable(manifest.task),
  publisher: manifest.publisher,
  licence: printable(manifest.licence),
  ...(hasWeights(manifest.format) ? { size: modelSize(manifest) } : {}),
});

/** Evidence whose verdict is a refusal may hold tensors that are not well formed: those are not shown. */
function readable(read: () => Tensor[]): Tensor[] {
  try {
    return read();
  } catch (error) {
    if (!isCoded(error)) throw error;
    return [];
  }
}

/** Long strings first, so that one tensor does not hide all else. */
function rawOf(evidence: Evidence): string {
  const short = (_key: string, value: unknown): unknown =>
    typeof value === 'string' && value.length > 4096
      ? `${value.slice(0, 4096)}… (${value.length} characters)`
      : value;
  const text = JSON.stringify(evidence, short, 2);
  return printableText(
    text.length > RAW_CHARACTERS
      ? `${text.slice(0, RAW_CHARACTERS)}\n… cut here; the file holds the rest`
      : text,
  );
}
