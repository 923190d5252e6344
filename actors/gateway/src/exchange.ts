import { createSha256, type Hasher, sha256, toHex } from '@isobit/core';

/** Hashes of a question and its answer as HTTP carries them (specs/signature.md section 2). */
export class Exchange {
  /** SHA-256 of the request's body, 64 hex characters. */
  readonly request: string;
  /** All that was added, while that is one piece: most answers are, and are hashed in one go. */
  #only: Uint8Array | undefined;
  #hasher: Hasher | undefined;
  #response: string | undefined;

  /** @param body of the request, whole */
  constructor(body: Uint8Array) {
    this.request = toHex(sha256(body));
  }

  /** Takes bytes of the answer's body, in the order in which they are sent. */
  add(bytes: Uint8Array): void {
    if (this.#hasher) this.#hasher.update(bytes);
    else if (this.#only) this.#hasher = createSha256().update(this.#only).update(bytes);
    else this.#only = bytes;
  }

  /** No more bytes come. */
  end(): void {
    this.#response ??= toHex(this.#hasher?.digest() ?? sha256(this.#only ?? new Uint8Array(0)));
    this.#only = undefined;
  }

  /** SHA-256 of the answer's body, 64 hex characters; undefined until its end, and where it broke off. */
  get response(): string | undefined {
    return this.#response;
  }
}
