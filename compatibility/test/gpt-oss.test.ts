import { test } from 'node:test';
import { need } from '@isobit/testing';

const clients = need('clients');
const shared = need('shared');
if (clients.skip || shared.skip) test('gpt-oss', clients.skip ? clients : shared, () => {});
else await import('./gpt-oss.suite.ts');
