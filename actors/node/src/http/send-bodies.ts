import type { Writable } from 'node:stream';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { sendableOf } from '@isobit/store';

/** The socket's side of a request, as the server hands it to the application. */
interface Bindings {
  readonly outgoing: Writable & { writeHead(status: number, headers: Record<string, string>): unknown };
}

type Fetch<Env extends Bindings> = (request: Request, env: Env) => Response | Promise<Response>;

/** The application, whose answers that know a short way into the socket take it. */
export function sendBodies<Env extends Bindings>(fetch: Fetch<Env>): Fetch<Env> {
  return async (request, env) => {
    const response = await fetch(request, env);
    const bytes = sendableOf(response);
    if (!bytes) return response;
    const { outgoing } = env;
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    // The head is out: all that is left to say is that the body broke off.
    await bytes.sendTo(outgoing).catch(() => outgoing.destroy());
    return RESPONSE_ALREADY_SENT;
  };
}
