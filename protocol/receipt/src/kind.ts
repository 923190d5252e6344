import { receiptError } from './errors.ts';

/**
 * The document as one of the given kind, for code that serves that kind alone.
 *
 * @throws CodedError `KIND_UNSUPPORTED`
 */
export function ofKind<D extends { readonly kind: string }, K extends D['kind']>(
  document: D,
  kind: K,
): Extract<D, { kind: K }> {
  if (document.kind === kind) return document as Extract<D, { kind: K }>;
  throw receiptError(
    'KIND_UNSUPPORTED',
    `a document of kind "${document.kind}" where only "${kind}" is served: ask for it in another way`,
    { kind: document.kind, served: kind },
  );
}
