import { datatypeSizes, datatypes } from '@isobit/model';
import { joinStrings, type Tensor } from '@isobit/receipt';
import fc from 'fast-check';

/** Tensors of every datatype with up to 24 elements; BOOL is 0 or 1, NaN may have any bits. */
export const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    datatype: fc.constantFrom(...datatypes),
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
  })
  .chain((head) => {
    const count = head.shape.reduce((product, size) => product * size, 1);
    if (head.datatype === 'BYTES') {
      const strings = fc.array(fc.uint8Array({ maxLength: 5 }), { minLength: count, maxLength: count });
      return strings.map((list) => ({ ...head, data: joinStrings(list) }));
    }
    const length = count * datatypeSizes[head.datatype];
    const max = head.datatype === 'BOOL' ? 1 : 255;
    return fc.uint8Array({ minLength: length, maxLength: length, max }).map((data) => ({ ...head, data }));
  });

export const hex32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
