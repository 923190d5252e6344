import * as v from 'valibot';

const decimal = v.pipe(v.string(), v.maxLength(40), v.regex(/^-?\d+(\.\d+)?(e-?\d+)?$/), v.transform(Number));

/** How a card says that bytes 0 to 255 became a tensor: `(byte * scale - mean) / std` (models/README.md). */
const imageRule = v.object({
  input: v.string(),
  width: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
  height: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
  channels: v.picklist([1, 3]),
  layout: v.picklist(['NCHW', 'NHWC']),
  scale: v.pipe(decimal, v.notValue(0)),
  mean: v.optional(decimal, '0'),
  std: v.optional(decimal, '1'),
});

export type ImageRule = v.InferOutput<typeof imageRule>;

const labels = v.pipe(v.array(v.string()), v.minLength(2), v.maxLength(10_000));

/** The members of a model's card that the page understands; a publisher may write anything into it. */
export interface Card {
  readonly image?: ImageRule;
  readonly labels?: readonly string[];
}

export function readCard(card: unknown): Card {
  if (card === null || typeof card !== 'object') return {};
  const members = card as { image?: unknown; labels?: unknown };
  const image = v.safeParse(imageRule, members.image);
  const names = v.safeParse(labels, members.labels);
  return {
    ...(image.success ? { image: image.output } : {}),
    ...(names.success ? { labels: names.output } : {}),
  };
}
