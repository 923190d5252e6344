import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

/*
 * Imported before anything else in an engine process: takes the network away from JavaScript. Node 24 has no
 * permission for it, so every door that JavaScript has is replaced by an error. This stops what our own code and
 * its dependencies could be led to do. It is no wall against native code: a model that broke out of WebAssembly
 * (or a native engine) is stopped by what the operator puts around the process (a network namespace, a firewall),
 * and meets no keys and no environment here.
 */

const refuse = (): never => {
  throw Object.assign(new Error('an engine process has no network'), { code: 'ERR_ENGINE_SEALED' });
};

function close(target: object, names: readonly string[]): void {
  for (const name of names) {
    if (name in target)
      Object.defineProperty(target, name, { value: refuse, writable: false, configurable: false });
  }
}

const functionsOf = (target: object): string[] =>
  Object.entries(target).flatMap(([name, member]) => (typeof member === 'function' ? [name] : []));

close(net.Socket.prototype, ['connect']);
close(net.Server.prototype, ['listen']);
close(net, ['connect', 'createConnection', 'createServer']);
close(tls, ['connect', 'createServer']);
close(dgram.Socket.prototype, ['bind', 'connect', 'send', 'sendto']);
close(dgram, ['createSocket']);
close(dns, functionsOf(dns));
close(dns.promises, functionsOf(dns.promises));
close(http, ['request', 'get', 'createServer']);
close(https, ['request', 'get', 'createServer']);
close(http2, ['connect', 'createServer', 'createSecureServer']);
close(globalThis, ['fetch', 'WebSocket', 'EventSource']);
syncBuiltinESMExports();
