import { canonicalText, cidOf, limits, utf8 } from '@isobit/core';
import { modelId } from '@isobit/model';
import { networkId, type Offer, onnxExact, openGenesis, signOffer } from '@isobit/receipt';
import { smallManifest } from './model.ts';
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

const node = testKey('worker');
const network = networkId(openGenesis);
const model = modelId(smallManifest);
const issued = 1_790_000_000_000;

const full: Offer = {
  isobit: 'offer/1',
  node: node.address,
  network,
  roles: ['host', 'worker'],
  addresses: ['/ip4/203.0.113.7/tcp/4001', '/dns4/node.example/tcp/4001'],
  http: ['https://node.example/', 'http://203.0.113.7:8080'],
  models: [{ id: model, profiles: [onnxExact.name, 'fast'], price: '1000000000000000000' }],
  holds: [model],
  load: { running: 1, queued: 0, capacity: 2 },
  instance: hex32('instance'),
  sequence: 7,
  issued,
  expires: issued + 40_000,
};
const bare: Offer = {
  ...full,
  roles: [],
  addresses: [],
  http: [],
  models: [],
  holds: [],
  load: { running: 0, queued: 0, capacity: 0 },
};
const signed = signOffer(full, node);
const ids = (count: number) => Array.from({ length: count }, (_, i) => cidOf(utf8(`model ${i}`)));

const plain = (description: string, document: Json): Vector => ({
  description,
  kind: 'offer',
  text: canonicalText(document),
});
const bad = (description: string, changes: Json, error = 'DOCUMENT_INVALID'): Vector => ({
  description,
  kind: 'offer',
  text: edited(full, changes),
  error,
});
const forged = (description: string, changes: Json): Vector => ({
  description,
  kind: 'signed-offer',
  text: edited(signed, { offer: { ...full, ...changes } }),
  error: 'OFFER_SIGNATURE',
});
const judged = (description: string, changes: Json, fault?: string): Vector => ({
  description,
  kind: 'offer-fault',
  text: edited(full, changes),
  at: { network, now: issued + 1_000 },
  ...(fault ? { error: fault } : {}),
});
const url = (description: string, value: string) => bad(description, { http: [value] });

export const offer: Term = {
  valid: {
    offer: plain('everything', full),
    'offer-bare': plain('a node that only looks on', bare),
    'offer-unknown-role': plain('a role that this reader does not know', {
      ...full,
      roles: ['referee', 'worker'],
    }),
    'offer-log': plain('with its log key, which is read by its own spec', {
      ...full,
      log: { isobit: 'log-key/1' },
    }),
    signed: { description: "signed by the node's key", kind: 'signed-offer', text: canonicalText(signed) },
    'in-time': judged('an offer of this network, now', {}),
    'clock-ahead': judged('a clock ahead by as much as may be', {
      issued: issued + 1_000 + limits.clockSkewMs,
      expires: issued + 2_000 + limits.clockSkewMs,
    }),
  },
  invalid: {
    ...prefixed('offer', commonFaults('offer', full)),
    ...prefixed('signed', commonFaults('signed-offer', signed)),
    'forged-price': forged('another price than was signed', { models: [{ ...full.models[0], price: '1' }] }),
    'forged-node': forged("another node's address", { node: testKey('other').address }),
    'forged-network': forged('carried to another network', { network: hex32('other network') }),
    'forged-sequence': forged('an old offer made new', { sequence: 8 }),
    'signature-short': {
      description: 'a signature of 64 bytes',
      kind: 'signed-offer',
      text: edited(signed, { signature: signed.signature.slice(2) }),
      error: 'DOCUMENT_INVALID',
    },
    'price-negative': bad('a negative price', { models: [{ ...full.models[0], price: '-1' }] }),
    'price-zeros': bad('a second spelling of a price', { models: [{ ...full.models[0], price: '01' }] }),
    'price-number': bad('a price that is a number', { models: [{ ...full.models[0], price: 1 }] }),
    'profiles-none': bad('a model under no profile', { models: [{ ...full.models[0], profiles: [] }] }),
    'models-twice': bad('a model offered twice', { models: [full.models[0], full.models[0]] }),
    'holds-twice': bad('a model held twice', { holds: [model, model] }),
    'holds-many': bad('more models than an offer names', { holds: ids(limits.offerModels + 1) }),
    'roles-twice': bad('a role twice', { roles: ['host', 'host'] }),
    'role-upper': bad('a role in capitals', { roles: ['Host'] }),
    'http-ftp': url('another scheme', 'ftp://node.example/'),
    'http-file': url('a file', 'file:///etc/passwd'),
    'http-user': url('a user in the URL', 'https://alice@node.example/'),
    'http-query': url('a query', 'https://node.example/?x=1'),
    'http-fragment': url('a fragment', 'https://node.example/#x'),
    'http-spelling': url('a second spelling', 'HTTPS://node.example/'),
    'http-long': url('above the limit', `https://node.example/${'a'.repeat(limits.offerUrlBytes)}`),
    'http-many': bad('more URLs than an offer names', {
      http: Array.from({ length: limits.offerUrls + 1 }, (_, i) => `https://n${i}.example/`),
    }),
    'address-no-multiaddr': bad('no multiaddr', { addresses: ['203.0.113.7:4001'] }),
    'address-space': bad('white space in a multiaddr', { addresses: ['/ip4/203.0.113.7 /tcp/1'] }),
    'load-negative': bad('a negative load', { load: { ...full.load, queued: -1 } }),
    'expires-before': bad('expires before it was issued', { expires: issued }),
    'expires-late': bad('valid for longer than an offer may be', {
      expires: issued + limits.offerLifetimeMs + 1,
    }),
    'fault-network': judged('of another network', { network: hex32('other network') }, 'network'),
    'fault-expired': judged(
      'expired at this very moment',
      { issued: issued - 1, expires: issued + 1_000 },
      'expired',
    ),
    'fault-future': judged(
      'a clock ahead by more than may be',
      { issued: issued + 1_001 + limits.clockSkewMs, expires: issued + 2_000 + limits.clockSkewMs },
      'future',
    ),
  },
};
