import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Datatype, datatypeSizes } from '@isobit/model';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { readNpy } from '../../src/input/npy.ts';
import { writeNpy } from './write-npy.ts';

const DESCR: [string, Datatype][] = [
  ['|b1', 'BOOL'],
  ['|u1', 'UINT8'],
  ['|i1', 'INT8'],
  ['<u2', 'UINT16'],
  ['<i2', 'INT16'],
  ['<u4', 'UINT32'],
  ['<i4', 'INT32'],
  ['<u8', 'UINT64'],
  ['<i8', 'INT64'],
  ['<f2', 'FP16'],
  ['<f4', 'FP32'],
  ['<f8', 'FP64'],
];

for (const [descr, datatype] of DESCR) {
  test(`${descr} is ${datatype}, byte for byte`, () =>
    forAll(
      [
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
        fc.constantFrom(1, 2, 3),
        fc.infiniteStream(fc.nat(255)),
      ],
      (shape, version, bytes) => {
        const count = shape.reduce((product, size) => product * size, 1) * datatypeSizes[datatype];
        const data = Uint8Array.from(
          { length: count },
          () => (bytes.next().value as number) & (datatype === 'BOOL' ? 1 : 255),
        );
        assert.deepEqual(readNpy(writeNpy({ descr, shape, data, version }), 'x'), {
          name: 'x',
          datatype,
          shape,
          data,
        });
      },
    ));
}

const plain = { descr: '<f4', shape: [2], data: new Uint8Array(8), version: 1 };
const refused = (message: RegExp) => ({ code: 'INPUT_UNREADABLE', message });

test('members may come in any order', () => {
  const header = "{'shape': (2,), 'fortran_order': False, 'descr': '<f4', }";
  assert.deepEqual(readNpy(writeNpy({ ...plain, header }), 'x').shape, [2]);
});

test('what is no plain little-endian array in C order is refused with what to do', () => {
  const read = (change: Partial<Parameters<typeof writeNpy>[0]>) => () =>
    readNpy(writeNpy({ ...plain, ...change }), 'x');
  assert.throws(read({ descr: '>f4' }), refused(/big-endian: save it with \.astype\("<f4"\)/));
  assert.throws(read({ descr: '<c8' }), refused(/type "<c8"/));
  assert.throws(read({ descr: '|O' }), refused(/type "\|O"/));
  assert.throws(
    read({ header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }" }),
    refused(/none of a plain array/),
  );
  assert.throws(
    read({ header: "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }" }),
    refused(/ascontiguousarray/),
  );
  assert.throws(
    read({ header: "{'descr': '__proto__', 'fortran_order': False, 'shape': (2,), }" }),
    refused(/plain array/),
  );
  assert.throws(read({ version: 4 }), refused(/format version 4/));
});

test('sizes that the bytes do not have are refused', () => {
  assert.throws(() => readNpy(writeNpy({ ...plain, shape: [3] }), 'x'), refused(/takes 12 bytes, 8 follow/));
  assert.throws(() => readNpy(writeNpy({ ...plain, shape: [1] }), 'x'), refused(/takes 4 bytes, 8 follow/));
  assert.throws(() => readNpy(writeNpy({ ...plain, shape: [1e9, 1e9] }), 'x'), refused(/more than/));
  assert.throws(
    () =>
      readNpy(
        writeNpy({ ...plain, header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2,,), }" }),
        'x',
      ),
    refused(/shape/),
  );
  assert.throws(
    () => readNpy(writeNpy({ descr: '|b1', shape: [1], data: Uint8Array.of(2), version: 1 }), 'x'),
    refused(/neither 0 nor 1/),
  );
});

test('a file cut anywhere is refused', () => {
  const whole = writeNpy(plain);
  for (let end = 0; end < whole.length; end++)
    assert.throws(() => readNpy(whole.subarray(0, end), 'x'), { code: 'INPUT_UNREADABLE' });
});
