const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/**
 * An error in the API's shape (specs/anthropic.md section 6).
 *
 * @param status of HTTP, 400 and more
 */
export const anthropicError = (
  { code, message }: { readonly code: string; readonly message: string },
  status: number,
) => ({
  type: 'error',
  error: {
    type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
    message: `${message} (${code})`,
  },
});
