import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcedUrls, hostNames, localUrl } from '../src/http/addresses.ts';
import { defaultHttpPort, parseHttp, parseRoles } from '../src/options.ts';

test('an address for HTTP may leave out its host', () => {
  assert.deepEqual(parseHttp('0.0.0.0:80'), { host: '0.0.0.0', port: 80 });
  assert.deepEqual(parseHttp('4620'), { host: '127.0.0.1', port: defaultHttpPort });
  assert.deepEqual(parseHttp(':0'), { host: '127.0.0.1', port: 0 });
  assert.deepEqual(parseHttp('[::1]:7'), { host: '::1', port: 7 });
  assert.equal(parseHttp('off'), undefined);
  for (const wrong of ['', 'host', 'host:', 'host:70000', '1:2:3', '::1:7', 'on'])
    assert.throws(() => parseHttp(wrong), { code: 'OPTION_INVALID' }, wrong);
});

test('roles are named once each', () => {
  assert.deepEqual(parseRoles('host, worker,host'), ['host', 'worker']);
  for (const wrong of ['', 'host,boss', 'Host'])
    assert.throws(() => parseRoles(wrong), { code: 'OPTION_INVALID' }, wrong);
});

test('a node that listens everywhere is asked by its own addresses, and tells others those', () => {
  const everywhere = { host: '0.0.0.0', port: 0 };
  assert.equal(localUrl(everywhere, 80), 'http://127.0.0.1:80');
  const names = hostNames({ hosts: ['node.example'], http: everywhere });
  assert.equal(names[0], 'node.example');
  assert.ok(!names.includes('0.0.0.0'));
  for (const url of announcedUrls(everywhere, 80)) assert.ok(!url.includes('0.0.0.0'));
  assert.deepEqual(announcedUrls({ host: '::1', port: 0 }, 5), ['http://[::1]:5']);
  assert.deepEqual(hostNames({ hosts: [], http: undefined }), []);
});
