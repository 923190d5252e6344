import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { hostCheck } from '../../src/index.ts';
import { codeOf } from '../fake-node.ts';

const app = (port: number, hosts: string[] = []) =>
  new Hono().use(hostCheck({ port: () => port, hosts })).get('/', (c) => c.text('inside'));

const ask = (host: string | undefined, port = 8080, hosts: string[] = []) =>
  app(port, hosts).request('http://ignored/', { headers: host === undefined ? {} : { host } });

test('the names of this machine pass with the port of the node', async () => {
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST:8080']) {
    assert.equal(await (await ask(host)).text(), 'inside', host);
  }
  assert.equal((await ask('localhost', 80)).status, 200);
});

test('configured names pass, with any port or with the one they state', async () => {
  const hosts = ['Node.Example', 'other.example:8443', '192.168.1.5:8080'];
  for (const host of [
    'node.example',
    'node.example:1',
    'NODE.example:8080',
    'other.example:8443',
    '192.168.1.5:8080',
  ]) {
    assert.equal((await ask(host, 8080, hosts)).status, 200, host);
  }
  assert.equal(await codeOf(await ask('other.example:8444', 8080, hosts)), '421 HOST_REFUSED');
  assert.equal(await codeOf(await ask('192.168.1.5', 8080, hosts)), '421 HOST_REFUSED');
});

const refused: Record<string, string | undefined> = {
  'no host': undefined,
  'an empty host': '',
  'a rebound name': 'rebound.attacker.example:8080',
  'another port': 'localhost:8081',
  'no port': 'localhost',
  'a name that begins like ours': 'localhost.attacker.example:8080',
  'a name that ends like ours': 'xlocalhost:8080',
  'an address that means this machine': '2130706433:8080',
  'another loopback address': '127.0.0.2:8080',
  'a user before the name': 'localhost:8080@attacker.example',
  'two hosts': 'localhost:8080, attacker.example',
  'a dot behind the name': 'localhost.:8080',
  'a port that is none': 'localhost:8080x',
};

for (const [what, host] of Object.entries(refused)) {
  test(`${what} is refused`, async () => {
    assert.equal(await codeOf(await ask(host)), '421 HOST_REFUSED');
  });
}
