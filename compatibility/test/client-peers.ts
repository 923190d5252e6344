import { registerHooks } from 'node:module';

/*
 * Where an app installs the client, what its shells stand on lies beside it. Here the client is the workspace's, and that lies
 * in this folder. Import this before any of the shells.
 */

const PEERS = /^@(langchain\/core|ai-sdk\/provider)(\/|$)/;
const SHELLS = /\/client\/src\/(langchain|ai-sdk)\//;

registerHooks({
  resolve: (specifier, context, next) =>
    PEERS.test(specifier) && SHELLS.test(context.parentURL ?? '')
      ? next(specifier, { ...context, parentURL: import.meta.url })
      : next(specifier, context),
});
