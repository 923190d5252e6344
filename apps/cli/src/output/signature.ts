import type { TensorSignature } from '@isobit/model';

/** `FP32[?,1,28,28]`: `?` is any size. */
export const shapeText = ({
  datatype,
  shape,
}: {
  readonly datatype: string;
  readonly shape: readonly number[];
}): string => `${datatype}[${shape.map((size) => (size < 0 ? '?' : size)).join(',')}]`;

/** `image FP32[?,1,28,28]`. */
export const signatureText = (signature: TensorSignature): string =>
  `${signature.name} ${shapeText(signature)}`;
