import { isChat, type Receipt, type Request, receiptDigest } from '@isobit/receipt';

/** The member `isobit` of an answer: with the body that was sent it gives the request again (specs/apis.md section 4). */
export interface ReceiptMember {
  /** Digest of the receipt: `/v1/evidence/{receipt}` gives the evidence. */
  readonly receipt: string;
  /** Id of the model that ran. */
  readonly model: string;
  readonly profile: string;
  readonly salt: string;
  /** Of a chat: the time that its template was told. */
  readonly now?: number;
  readonly nonce: string;
  /** Address of the worker that signed. */
  readonly worker: string;
}

export function receiptMember(request: Request, receipt: Receipt): ReceiptMember {
  const now = request.kind === 'text' && isChat(request.prompt) ? request.prompt.now : undefined;
  return {
    receipt: receiptDigest(receipt),
    model: request.model,
    profile: request.profile,
    salt: request.salt,
    ...(now === undefined ? {} : { now }),
    nonce: receipt.details.nonce,
    worker: receipt.worker,
  };
}
