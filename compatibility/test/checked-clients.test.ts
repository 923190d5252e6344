import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('checked clients', clients, () => {});
else {
  await import('./client-peers.ts');
  await import('./checked-clients.suite.ts');
  await import('./ai-sdk.suite.ts');
  await import('./langchain.suite.ts');
}
