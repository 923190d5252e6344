import type { MiddlewareHandler } from 'hono';
import { errorAnswer } from '../error-answer.ts';
import { gatewayError } from '../errors.ts';

export interface HostCheckOptions {
  /** Port on which the node listens; asked at each request, since the system may have chosen it. */
  port(): number;
  /** Further names: `node.example` with any port, `node.example:8443` with that one. */
  readonly hosts?: readonly string[];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A name or a bracketed IPv6 address, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?$/;

/**
 * Answers only requests whose `Host` is a name of this node (specs/http.md section 1). A page that rebinds its own
 * name to this machine keeps its name in `Host`, so it reaches nothing: `421 HOST_REFUSED`.
 */
export function hostCheck({ port, hosts = [] }: HostCheckOptions): MiddlewareHandler {
  const configured = hosts.map((host) => host.toLowerCase());
  return async (c, next) => {
    const host = c.req.raw.headers.get('host')?.toLowerCase() ?? '';
    const [, name, stated] = HOST.exec(host) ?? [];
    const known =
      name !== undefined &&
      (configured.includes(name) ||
        configured.includes(host) ||
        (LOOPBACK.includes(name) && Number(stated ?? 80) === port()));
    if (known) return next();
    const what = host === '' ? 'the request has no Host' : `"${host.slice(0, 120)}" is no name of this node`;
    return errorAnswer(
      gatewayError(
        'HOST_REFUSED',
        `${what}: use localhost:${port()}, or let its operator add the name with --host`,
      ),
      c.req.path,
    );
  };
}
