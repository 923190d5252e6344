/** Signs, as the gateway, what went over its HTTP. */
export interface ExchangeSigner {
  /** Of the key: `0x` and 40 lowercase hex characters. */
  readonly address: string;
  /**
   * The signature of EIP-191's `personal_sign` over a text: `0x` and 130 hex characters.
   *
   * @throws CodedError `SIGNING_REFUSED` where the key signs nothing now
   */
  sign(text: string): string;
}
