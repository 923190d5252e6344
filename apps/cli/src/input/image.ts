import type { Canonical } from '@isobit/core';
import type { Tensor } from '@isobit/receipt';
import * as v from 'valibot';
import { decodeImage, type Pixels } from './decode-image.ts';

export { isImage } from './decode-image.ts';

/** Canonical JSON holds no fractions, so a card writes them as texts. */
const decimal = v.pipe(v.string(), v.regex(/^-?\d{1,20}(\.\d{1,20})?(e-?\d{1,2})?$/), v.transform(Number));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));

/** How a card says that an image becomes a tensor (models/README.md). */
const imageRule = v.object({
  input: v.string(),
  width: side,
  height: side,
  channels: v.picklist([1, 3]),
  layout: v.picklist(['NCHW', 'NHWC']),
  /** Multiplies a byte of 0 to 255. */
  scale: decimal,
  mean: v.optional(decimal, '0'),
  std: v.optional(
    v.pipe(
      decimal,
      v.check((value) => value !== 0),
    ),
    '1',
  ),
  /** `auto` turns dark on light into light on dark, judged by the border. */
  invert: v.optional(v.picklist(['auto', 'never']), 'never'),
});

export type ImageRule = v.InferOutput<typeof imageRule>;

/** The card's rule for images, or undefined where it has none that can be read. */
export function imageRuleOf(card: Canonical | undefined): ImageRule | undefined {
  const image = card !== null && typeof card === 'object' && 'image' in card ? card['image'] : undefined;
  const parsed = v.safeParse(imageRule, image);
  return parsed.success ? parsed.output : undefined;
}

/**
 * An image as the tensor that the card asks for: resized by area, grey by Rec. 601 luma, scaled and shifted. It is
 * what the user's machine makes of a picture, before the request; the receipt covers the tensor.
 *
 * @throws CodedError `INPUT_UNREADABLE`
 */
export function readImage(bytes: Uint8Array, rule: ImageRule): Tensor {
  const { width, height, channels, layout, scale, mean, std } = rule;
  const planes = resize(decodeImage(bytes), rule);
  const inverted = rule.invert === 'auto' && borderMean(planes, rule) > 127.5;
  const pixels = width * height;
  const out = new DataView(new ArrayBuffer(pixels * channels * 4));
  planes.forEach((plane, c) => {
    plane.forEach((byte, p) => {
      const value = ((inverted ? 255 - byte : byte) * scale - mean) / std;
      out.setFloat32(4 * (layout === 'NCHW' ? c * pixels + p : p * channels + c), value, true);
    });
  });
  const shape = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
  return { name: rule.input, datatype: 'FP32', shape, data: new Uint8Array(out.buffer) };
}

/** One plane a channel of values 0 to 255: each target pixel is the mean over the source area that it covers. */
function resize(pixels: Pixels, { width, height, channels }: ImageRule): Float64Array[] {
  const planes = Array.from({ length: channels }, () => new Float64Array(width * height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = areaMean(pixels, {
        left: (x * pixels.width) / width,
        right: ((x + 1) * pixels.width) / width,
        top: (y * pixels.height) / height,
        bottom: ((y + 1) * pixels.height) / height,
      });
      const values = channels === 1 ? [0.299 * r + 0.587 * g + 0.114 * b] : [r, g, b];
      values.forEach((value, c) => {
        (planes[c] as Float64Array)[y * width + x] = value;
      });
    }
  }
  return planes;
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Mean colour of an area, which may cut through pixels; what is transparent is white, as viewers show it. */
function areaMean(
  { width, height, data }: Pixels,
  { left, right, top, bottom }: Area,
): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let area = 0;
  for (let y = Math.floor(top); y < Math.min(height, Math.ceil(bottom)); y++) {
    for (let x = Math.floor(left); x < Math.min(width, Math.ceil(right)); x++) {
      const part =
        (Math.min(x + 1, right) - Math.max(x, left)) * (Math.min(y + 1, bottom) - Math.max(y, top));
      const at = (y * width + x) * 4;
      const alpha = (data[at + 3] as number) / 255;
      for (const c of [0, 1, 2] as const)
        sum[c] += part * (alpha * (data[at + c] as number) + (1 - alpha) * 255);
      area += part;
    }
  }
  return [sum[0] / area, sum[1] / area, sum[2] / area];
}

/** Mean over all channels of the pixels at the edge. */
function borderMean(planes: readonly Float64Array[], { width, height }: ImageRule): number {
  let sum = 0;
  let count = 0;
  for (const plane of planes) {
    plane.forEach((value, p) => {
      const x = p % width;
      const y = (p - x) / width;
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) return;
      sum += value;
      count++;
    });
  }
  return sum / count;
}
