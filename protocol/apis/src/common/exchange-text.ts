/** A question and its answer as HTTP carried them. */
export interface ExchangeBytes {
  /** What the answer calls the model. */
  readonly model: string;
  /** SHA-256 of the request's body: 64 hex characters. */
  readonly request: string;
  /** SHA-256 of the response's body, of a stream all of its bytes: 64 hex characters. */
  readonly response: string;
}

/** The text that a gateway signs about an exchange (specs/signature.md section 2). */
export const exchangeText = ({ model, request, response }: ExchangeBytes): string =>
  `${model}:${request}:${response}`;
