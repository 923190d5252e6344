/** The codes of the API for what programs tell apart by them. */
const CODES: Readonly<Record<string, string>> = {
  MODEL_UNKNOWN: 'model_not_found',
  RESPONSE_UNKNOWN: 'previous_response_not_found',
  TOKEN_REQUIRED: 'invalid_api_key',
  KEY_EXPIRED: 'invalid_api_key',
  JOB_BUSY: 'rate_limit_exceeded',
  KEY_RATE: 'rate_limit_exceeded',
  KEY_TOKENS: 'insufficient_quota',
};

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/**
 * An error in the API's shape (specs/openai.md section 7).
 *
 * @param status of HTTP, 400 and more
 */
export const openAiError = (
  { code, message, param }: { readonly code: string; readonly message: string; readonly param?: string },
  status: number,
) => ({
  error: {
    message,
    type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
    param: param ?? null,
    code: CODES[code] ?? code,
  },
});
