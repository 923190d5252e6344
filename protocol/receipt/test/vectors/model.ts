import { canonicalText, cidOf, signStatement, utf8 } from '@isobit/core';
import { type Manifest, type NameRecord, nameRecordKind, signManifest, signName } from '@isobit/model';
import {
  commonFaults,
  edited,
  hex32,
  type Json,
  prefixed,
  type Term,
  testKey,
  type Vector,
} from './vector.ts';

export const alice = testKey('alice');
export const mallory = testKey('mallory');

export const smallManifest: Manifest = {
  isobit: 'manifest/1',
  title: 'Doubler',
  format: 'onnx',
  task: 'arithmetic',
  files: [{ path: 'model.onnx', size: 123, root: hex32('file') }],
  entry: 'model.onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
  licence: 'Apache-2.0',
  publisher: alice.address,
};

const file = (path: string, size = 1) => ({ path, size, root: hex32(path) });
const fullManifest: Manifest = {
  ...smallManifest,
  files: [file('a/b.bin', 0), file('a-b'), file('model.onnx'), file('\u{1f600}'), file('\uff01')].sort(
    (x, y) => (x.path < y.path ? -1 : 1),
  ),
  parent: cidOf(utf8('{}')),
  tokenizer: hex32('tokenizer'),
  chatTemplate: hex32('chat template'),
  card: { labels: ['cat', 'dog'], image: { mean: '0.5', width: 28 }, none: null },
};

export const languageManifest: Manifest = {
  ...smallManifest,
  title: 'Storyteller',
  format: 'gguf',
  task: 'text-generation',
  files: [{ path: 'model.gguf', size: 1_185_376, root: hex32('gguf') }],
  entry: 'model.gguf',
  inputs: [],
  outputs: [],
  tokenizer: hex32('tokenizer'),
  chatTemplate: hex32('chat template'),
};

export const upstreamManifest: Manifest = {
  ...languageManifest,
  title: 'llama3.2:3b',
  format: 'upstream',
  files: [{ path: 'upstream.json', size: 45, root: hex32('upstream') }],
  entry: 'upstream.json',
  licence: 'unknown',
  tokenizer: undefined,
  chatTemplate: undefined,
};
const namedUpstream = { isobit: 'upstream/1', model: 'llama3.2:3b' };

const valid = (description: string, kind: string, document: unknown): Vector => ({
  description,
  kind,
  text: canonicalText(document),
});
const bad = (description: string, changes: Json, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'manifest',
  text: edited(smallManifest, changes),
  error,
});
const badLanguage = (description: string, changes: Json): Vector => ({
  description,
  kind: 'manifest',
  text: edited(languageManifest, changes),
  error: 'DOCUMENT_INVALID',
});

const badUpstream = (description: string, changes: Json): Vector => ({
  description,
  kind: 'manifest',
  text: edited(upstreamManifest, changes),
  error: 'DOCUMENT_INVALID',
});

const ggml = (name: string, type: string, value: unknown) => ({ key: `tokenizer.ggml.${name}`, type, value });
const tokenizerMembers = [
  ggml('model', 'string', 'gpt2'),
  ggml('tokens', 'strings', ['<s>', ' a', 'né']),
  ggml('token_type', 'integers', ['3', '1', '1']),
  ggml('scores', 'floats', ['0000000000000000', 'bff0000000000000', '8000000000000000']),
  ggml('bos_token_id', 'integer', '0'),
  ggml('add_bos_token', 'boolean', true),
  ggml('large', 'integer', '18446744073709551615'),
];
const tokenizer = (description: string, members: object[]): Vector => ({
  description,
  kind: 'tokenizer-digest',
  members: [
    { key: 'general.name', type: 'string', value: 'x' },
    ...members,
    { key: 'tokenizer.chat_template', type: 'string', value: '{{ x }}' },
  ],
});
const path = (description: string, text: string): Vector => ({ description, kind: 'path', text });
const noPath = (description: string, text: string): Vector => ({ ...path(description, text), error: 'none' });
const tensor = { name: 'x', datatype: 'FP32', shape: [1] };
const signed = signManifest(smallManifest, alice);
const badSigned = (description: string, changes: Json, error = 'MANIFEST_SIGNATURE'): Vector => ({
  description,
  kind: 'signed-manifest',
  text: edited(signed, changes),
  error,
});

export const manifest: Term = {
  valid: {
    small: valid('only what is required', 'manifest', smallManifest),
    full: valid('every member; files sort by UTF-16 code unit', 'manifest', fullManifest),
    'no-inputs': valid('a model without inputs', 'manifest', { ...smallManifest, inputs: [] }),
    scalar: valid('a scalar output', 'manifest', {
      ...smallManifest,
      outputs: [{ name: 'y', datatype: 'BYTES', shape: [] }],
    }),
    gguf: valid('a language model in one file', 'manifest', languageManifest),
    'gguf-bare': valid('without a chat template; the tokenizer is in the file all the same', 'manifest', {
      ...languageManifest,
      tokenizer: undefined,
      chatTemplate: undefined,
    }),
    safetensors: valid('an encoder in several files', 'manifest', {
      ...languageManifest,
      format: 'safetensors',
      task: 'text-embedding',
      files: [file('config.json'), file('model.safetensors'), file('tokenizer.json')],
      entry: 'config.json',
    }),
    upstream: valid('a model of a server, its bytes unknown', 'manifest', upstreamManifest),
    'upstream-embedding': valid('the same for embeddings', 'manifest', {
      ...upstreamManifest,
      task: 'text-embedding',
    }),
    'upstream-name': valid('what stands in upstream.json', 'upstream', namedUpstream),
    'chat-template-digest': {
      description: 'the digest of a chat template',
      kind: 'chat-template-digest',
      text: '{% for m in messages %}{{ m.content }}\n{% endfor %}é',
    },
    'tokenizer-digest': tokenizer('each type of value', tokenizerMembers),
    'tokenizer-digest-order': tokenizer('the same in another order', tokenizerMembers.toReversed()),
    signed: valid('signed by its publisher', 'signed-manifest', signed),
    'path-plain': path('letters', 'model.onnx'),
    'path-deep': path('folders, spaces, dots', 'a b/.c/d..e/…'),
    'path-255': path('255 bytes', 'x'.repeat(255)),
  },
  invalid: {
    ...commonFaults('manifest', smallManifest),
    ...prefixed('signed', commonFaults('signed-manifest', signed)),
    ...prefixed('upstream-name', commonFaults('upstream', namedUpstream)),
    'upstream-two-files': badUpstream("a server's model with weights", {
      files: [...upstreamManifest.files, file('weights.bin')],
    }),
    'upstream-entry': badUpstream('a description under another path', {
      files: [file('model.json')],
      entry: 'model.json',
    }),
    'upstream-task': badUpstream('a task that no language model has', { task: 'image-classification' }),
    'upstream-tokenizer': badUpstream('a digest of a tokenizer that nobody holds', {
      tokenizer: hex32('tokenizer'),
    }),
    'upstream-template': badUpstream('a digest of a template that nobody holds', {
      chatTemplate: hex32('chat template'),
    }),
    'format-unknown': bad('a format that this version does not know', { format: 'gguf' }),
    'format-other': bad('a format that nobody defined', { format: 'pickle' }),
    'gguf-inputs': badLanguage('tensors into a language model', { inputs: [tensor] }),
    'gguf-outputs': badLanguage('tensors out of a language model', { outputs: [tensor] }),
    'gguf-task': badLanguage('a task that no language model has', { task: 'image-classification' }),
    'gguf-inputs-missing': badLanguage('no list of inputs', { inputs: undefined }),
    'safetensors-task': badLanguage('the same of safetensors', { format: 'safetensors', task: 'chat' }),
    'tokenizer-digest-none': { ...tokenizer('no member of a tokenizer', []), error: 'none' },
    'title-empty': bad('an empty title', { title: '' }),
    'title-513': bad('a title of 513 bytes', { title: `${'é'.repeat(256)}x` }),
    'files-none': bad('no file', { files: [] }),
    'files-unsorted': bad('files in another order', { files: [file('model.onnx'), file('a')] }),
    'files-by-code-point': bad('files sorted by code point', {
      files: [file('model.onnx'), file('\uff01'), file('\u{1f600}')],
    }),
    'files-twice': bad('a path twice', { files: [file('model.onnx'), file('model.onnx')] }),
    'files-folder': bad('a file that is a folder of another', {
      files: [file('a'), file('a-b'), file('a/b'), file('model.onnx')],
    }),
    'files-folder-deep': bad('a file that is a folder further up', {
      files: [file('a'), file('a/b/c'), file('model.onnx')],
    }),
    'file-size-negative': bad('a negative size', { files: [file('model.onnx', -1)] }),
    'file-size-large': bad('a size above 2^43', { files: [file('model.onnx', 2 ** 43 + 1)] }),
    'file-root-uppercase': bad('a root in capitals', {
      files: [{ ...file('model.onnx'), root: hex32('x').toUpperCase() }],
    }),
    'file-root-short': bad('a root of 31 bytes', {
      files: [{ ...file('model.onnx'), root: hex32('x').slice(2) }],
    }),
    'file-member': bad('an unknown member of a file', { files: [{ ...file('model.onnx'), mode: 420 }] }),
    'entry-missing': bad('an entry that is no file', { entry: 'other.onnx' }),
    'outputs-none': bad('no output', { outputs: [] }),
    'outputs-twice': bad('an output twice', { outputs: [tensor, tensor] }),
    'inputs-twice': bad('an input twice', { inputs: [tensor, tensor] }),
    'datatype-unknown': bad('a datatype that does not exist', { inputs: [{ ...tensor, datatype: 'BF16' }] }),
    'shape-minus-2': bad('a dimension of -2', { inputs: [{ ...tensor, shape: [-2] }] }),
    'shape-rank-9': bad('nine dimensions', { inputs: [{ ...tensor, shape: Array(9).fill(1) }] }),
    'publisher-checksum': bad('an address with capitals', {
      publisher: `0x${alice.address.slice(2).toUpperCase()}`,
    }),
    'publisher-no-prefix': bad('an address without 0x', { publisher: alice.address.slice(2) }),
    'parent-no-id': bad('a parent that is no id', { parent: 'digits:2' }),
    'card-fraction': {
      ...bad('a fraction in the card', {}, 'CANONICAL_INVALID'),
      text: edited(smallManifest, { card: 1 }).replace('"card":1', '"card":0.5'),
    },
    'signed-by-other': badSigned('signed by another key', {
      signature: signManifest({ ...smallManifest, publisher: mallory.address }, mallory).signature,
    }),
    'signed-changed': badSigned('a manifest changed after it was signed', {
      manifest: { ...smallManifest, title: 'Tripler' },
    }),
    'signed-zero': badSigned('a signature of zeros', { signature: '0'.repeat(130) }),
    'signed-uppercase': badSigned(
      'a signature in capitals',
      { signature: signed.signature.toUpperCase() },
      'DOCUMENT_INVALID',
    ),
    'signed-manifest-version': badSigned(
      'a manifest of an unknown version inside',
      { manifest: { ...smallManifest, isobit: 'manifest/2' } },
      'DOCUMENT_UNKNOWN_VERSION',
    ),
    'path-empty': noPath('empty', ''),
    'path-absolute': noPath('absolute', '/etc/passwd'),
    'path-climbs': noPath('climbs', 'a/../../b'),
    'path-dot': noPath('a part that is .', './a'),
    'path-empty-part': noPath('an empty part', 'a//b'),
    'path-trailing-slash': noPath('a slash at the end', 'a/'),
    'path-backslash': noPath('a backslash', 'a\\..\\b'),
    'path-drive': noPath('a colon', 'C:/model.onnx'),
    'path-nul': noPath('U+0000', 'a\u0000b'),
    'path-newline': noPath('a newline', 'a\nb'),
    'path-c1': noPath('U+0085', 'a\u0085b'),
    'path-nfd': noPath('not in NFC', 'cafe\u0301'),
    'path-256': noPath('256 bytes', 'é'.repeat(128)),
  },
};

const record: NameRecord = {
  isobit: 'name/1',
  key: alice.address,
  name: 'doubler',
  version: '2',
  model: cidOf(utf8('{}')),
  sequence: 7,
  expires: 1_800_000_000_000,
};
const signedRecord = signName(record, alice);
const badName = (description: string, changes: Json): Vector => ({
  description,
  kind: 'name',
  text: edited(record, changes),
  error: 'DOCUMENT_INVALID',
});
const badSignedName = (description: string, changes: Json, error = 'NAME_SIGNATURE'): Vector => ({
  description,
  kind: 'signed-name',
  text: edited(signedRecord, changes),
  error,
});
const reference = (description: string, text: string): Vector => ({ description, kind: 'reference', text });
const noReference = (description: string, text: string): Vector => ({
  ...reference(description, text),
  error: 'REF_INVALID',
});
const pair = (description: string, changes: Json): Vector => ({
  description,
  kind: 'name-contradiction',
  records: [record, { ...record, ...changes }],
});
const other = cidOf(utf8('[]'));

export const name: Term = {
  valid: {
    record: valid('a name record', 'name', record),
    'record-long': valid('labels of 64 characters', 'name', {
      ...record,
      name: `a${'.'.repeat(62)}z`,
      version: '0'.repeat(64),
    }),
    signed: valid('a signed name record', 'signed-name', signedRecord),
    'reference-id': reference('an id', other),
    'reference-name': reference('a name', 'doubler'),
    'reference-version': reference('a name and version', 'doubler:2.1'),
    'reference-petname': reference('a petname as owner', 'alice/doubler'),
    'reference-key': reference('a key as owner', `${alice.address}/doubler:2`),
    'contradiction-model': pair('one version, two models', { model: other, sequence: 8 }),
    'contradiction-version': pair('two versions, two models', { model: other, version: '3' }),
    'contradiction-renewal': pair('one version, one model, renewed', {
      sequence: 8,
      expires: 1_900_000_000_000,
    }),
    'contradiction-key': pair('two keys', { model: other, key: mallory.address }),
  },
  invalid: {
    ...commonFaults('name', record),
    ...prefixed('signed', commonFaults('signed-name', signedRecord)),
    'name-empty': badName('an empty name', { name: '' }),
    'name-capital': badName('a capital', { name: 'Doubler' }),
    'name-slash': badName('a slash', { name: 'a/b' }),
    'name-space': badName('a space', { name: 'a b' }),
    'name-newline': badName('a newline at the end', { name: 'a\n' }),
    'name-65': badName('65 characters', { name: 'a'.repeat(65) }),
    'name-dot-first': badName('a dot first', { name: '.a' }),
    'name-dash-last': badName('a dash last', { name: 'a-' }),
    'name-unicode': badName('a letter outside a-z', { name: 'dоubler' }),
    'version-colon': badName('a colon in a version', { version: '1:2' }),
    'model-name': badName('a model that is no id', { model: 'doubler' }),
    'sequence-negative': badName('a negative sequence', { sequence: -1 }),
    'expires-text': badName('an expiry in text', { expires: '2027-01-01' }),
    'signed-by-other': badSignedName('signed by another key', {
      signature: signName({ ...record, key: mallory.address }, mallory).signature,
    }),
    'signed-changed': badSignedName('a record changed after it was signed', {
      record: { ...record, model: other },
    }),
    'signed-as-manifest': badSignedName('a statement of another kind', {
      signature: signStatement(alice, 'manifest/1', nameRecordKind.digest(record)),
    }),
    'reference-empty': noReference('empty', ''),
    'reference-capital': noReference('capitals', 'Doubler'),
    'reference-no-version': noReference('a colon without version', 'doubler:'),
    'reference-no-owner': noReference('a slash without owner', '/doubler'),
    'reference-two-owners': noReference('two owners', 'a/b/c'),
    'reference-climbs': noReference('a path that climbs', '../doubler'),
    'reference-space': noReference('white space', ' doubler'),
    'reference-dash-last': noReference('a name that no record can have', 'doubler-'),
    'reference-id-uppercase': noReference('an id in capitals', other.toUpperCase()),
  },
};
