import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { cliError } from '../errors.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, 4 bytes a pixel, rows from the top. */
  readonly data: Uint8Array;
}

/** A large photograph; decoding one takes seconds and a gigabyte. */
const MAX_MEGAPIXELS = 40;
/** No deflate stream grows by more: what announces more pixels than that holds none. */
const DEFLATE_RATIO = 1032;

const isPng = (b: Uint8Array): boolean => b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47;
const isJpeg = (b: Uint8Array): boolean => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff;

/** PNG or JPEG by its first bytes. */
export const isImage = (bytes: Uint8Array): boolean => isPng(bytes) || isJpeg(bytes);

/** @throws CodedError `INPUT_UNREADABLE` */
export function decodeImage(bytes: Uint8Array): Pixels {
  try {
    return isJpeg(bytes) ? decodeJpeg(bytes) : decodePng(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw cliError('INPUT_UNREADABLE', `the image can't be read: ${why}`, error);
  }
}

function decodeJpeg(bytes: Uint8Array): Pixels {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_MEGAPIXELS,
    maxMemoryUsageInMB: 1024,
  });
  return { width, height, data };
}

function decodePng(bytes: Uint8Array): Pixels {
  if (bytes.length < 33) throw new RangeError('it is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width * height > MAX_MEGAPIXELS * 1e6)
    throw new RangeError(`${width} by ${height} pixels, where at most ${MAX_MEGAPIXELS} million are read`);
  // The decoder allocates what the header announces, and inflates interlaced images without a limit.
  if (width * height > bytes.length * DEFLATE_RATIO * 8) throw new RangeError('it is cut short');
  if (bytes[28] !== 0) throw new RangeError('it is interlaced: save it without');
  return PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
