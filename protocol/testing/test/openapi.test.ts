import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OpenApi, openApiFaults } from '../src/index.ts';

const document: OpenApi = {
  components: {
    schemas: {
      Pet: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          age: { type: 'integer', nullable: true },
          kind: { enum: ['cat', 'dog'] },
          friends: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
          owner: { $ref: '#/components/schemas/Pet', nullable: true },
          home: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        },
        additionalProperties: { type: 'boolean' },
      },
      Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: 'object', required: ['bark'] }] },
    },
  },
};
const faults = (value: unknown, name = 'Pet') => openApiFaults(document, name, value);

test('what fits has no faults', () => {
  assert.deepEqual(
    faults({
      name: 'a',
      age: null,
      kind: 'cat',
      friends: [{ name: 'b' }],
      home: null,
      owner: null,
      fat: true,
    }),
    [],
  );
  assert.deepEqual(faults({ name: 'a', bark: true }, 'Dog'), []);
});

test('each fault is told with its place', () => {
  assert.deepEqual(faults([]), ['Pet: no object']);
  assert.deepEqual(faults({ name: 1, age: 1.5, kind: 'cow', friends: [{}], home: 2, fat: 'yes' }), [
    'Pet.name: no string',
    'Pet.age: no integer',
    'Pet.kind: none of cat, dog',
    'Pet.friends[0].name: missing',
    'Pet.home: no string',
    'Pet.fat: no boolean',
  ]);
  assert.deepEqual(faults({ name: 'a' }, 'Dog'), ['Dog.bark: missing']);
  assert.throws(() => faults({}, 'Cow'), /no schema/);
});
