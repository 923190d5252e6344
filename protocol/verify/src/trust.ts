/**
 * A witness whose cosignature counts: by its C2SP verifier key (`name+hash+base64`), or by the address of a node whose
 * keys the evidence holds.
 */
export type TrustedWitness = { readonly vkey: string } | { readonly address: string };

/**
 * Everything a verdict rests on besides the evidence. `verify` reads no clock, no store and no network: what it
 * should believe is here.
 */
export interface Trust {
  /** Network that receipts must belong to; 64 hex characters. */
  readonly network: string;
  /** The verifier's clock, milliseconds since 1970. */
  readonly now: number;
  /** Addresses of the workers to accept; any worker when absent. */
  readonly workers?: readonly string[];
  readonly witnesses?: readonly TrustedWitness[];
  /** Cosignatures of different trusted witnesses that the log claim needs; 0 when absent. */
  readonly witnessThreshold?: number;
  /** What the holder itself asked: binds the receipt to this one question. */
  readonly expected?: {
    /** Digest of the request that was sent; 64 hex characters. */
    readonly request?: string;
    /** Nonce that was sent; 64 hex characters. */
    readonly nonce?: string;
    /** Model id that was asked for. */
    readonly model?: string;
    /** Digest of the profile that was asked for; 64 hex characters. */
    readonly profile?: string;
  };
}
