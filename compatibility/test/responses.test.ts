import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('responses', clients, () => {});
else await import('./responses.suite.ts');
