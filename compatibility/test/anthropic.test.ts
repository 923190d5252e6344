import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('anthropic', clients, () => {});
else await import('./anthropic.suite.ts');
