import { createSha256, sha256, toHex } from '@isobit/core';

/** Hashes of a question and its answer as HTTP carries them (specs/signature.md section 2). */
export class Exchange {
  /** SHA-256 of the request's body, 64 hex characters. */
  readonly request: string;
  readonly #hasher = createSha256();
  #response: string | undefined;

  /** @param body of the request, whole */
  constructor(body: Uint8Array) {
    this.request = toHex(sha256(body));
  }

  /** Takes bytes of the answer's body, in the order in which they are sent. */
  add(bytes: Uint8Array): void {
    this.#hasher.update(bytes);
  }

  /** No more bytes come. */
  end(): void {
    this.#response ??= toHex(this.#hasher.digest());
  }

  /** SHA-256 of the answer's body, 64 hex characters; undefined until its end, and where it broke off. */
  get response(): string | undefined {
    return this.#response;
  }
}
