import { gatewayError } from './errors.ts';

/**
 * The query of a URL, which holds only parameters that the route knows.
 *
 * @throws CodedError `PARAMETER_UNKNOWN`
 */
export function queryOf(url: string, known: readonly string[] = []): URLSearchParams {
  // Most have none, and parsing a URL is not free.
  const query = url.includes('?') ? new URL(url).searchParams : new URLSearchParams();
  for (const name of query.keys()) {
    if (known.includes(name)) continue;
    const list = known.length > 0 ? `known: ${known.join(', ')}` : 'the route takes none';
    throw gatewayError(
      'PARAMETER_UNKNOWN',
      `the query parameter "${name.slice(0, 80)}" is not known here; ${list}`,
    );
  }
  return query;
}
