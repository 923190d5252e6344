import type { Tensor } from '@isobit/receipt';
import type { ImageRule } from './card.ts';

/** An input as pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, 4 bytes a pixel, rows from the top. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** The first image in the input that the card's rule names, or undefined where the input is not of that form. */
export function pictureOf(inputs: readonly Tensor[], rule: ImageRule): Picture | undefined {
  const { width, height, channels, layout, scale, mean, std } = rule;
  const tensor = inputs.find((input) => input.name === rule.input);
  const area = width * height;
  if (tensor?.datatype !== 'FP32' || tensor.data.length < area * channels * 4) return undefined;
  const values = new DataView(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length);
  const pixels = new Uint8ClampedArray(area * 4);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let c = 0; c < 3; c++) {
      const channel = channels === 1 ? 0 : c;
      const at = layout === 'NCHW' ? channel * area + pixel : pixel * channels + channel;
      pixels[pixel * 4 + c] = (values.getFloat32(at * 4, true) * std + mean) / scale;
    }
    pixels[pixel * 4 + 3] = 255;
  }
  return { width, height, pixels };
}
