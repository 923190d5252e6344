/** What is read of a ListObjectsV2 answer. Keys are ours: nothing in them needs escaping. */
export interface Listing {
  readonly objects: readonly { readonly key: string; readonly size: number }[];
  /** Where the next page begins, where there is one. */
  readonly next: string | undefined;
}

export function readListing(xml: string): Listing {
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, object = '']) => ({
    key: textOf(object, 'Key') ?? '',
    size: Number(textOf(object, 'Size')),
  }));
  return {
    objects,
    next: textOf(xml, 'IsTruncated') === 'true' ? textOf(xml, 'NextContinuationToken') : undefined,
  };
}

/** Text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The body that completes a multipart upload. @param etags of its parts, in order */
export const completion = (etags: readonly string[]): string => {
  const parts = etags.map(
    (etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
};

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
