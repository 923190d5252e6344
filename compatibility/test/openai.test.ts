import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('openai', clients, () => {});
else await import('./openai.suite.ts');
