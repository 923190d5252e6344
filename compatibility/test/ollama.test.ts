import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
if (clients.skip) test('ollama', clients, () => {});
else await import('./ollama.suite.ts');
