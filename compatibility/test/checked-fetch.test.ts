import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('checked-fetch', clients, () => {});
else await import('./checked-fetch.suite.ts');
