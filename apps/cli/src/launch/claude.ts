import { join } from 'node:path';
import { jsonTool } from './json-settings.ts';

/** Claude Code: environment variables in its user settings. */
export const claude = jsonTool(
  {
    name: 'claude',
    command: 'claude',
    settings: (env, home) => join(env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), 'settings.json'),
  },
  ({ baseUrl, model, key }) => [
    [['env', 'ANTHROPIC_BASE_URL'], baseUrl],
    [['env', 'ANTHROPIC_AUTH_TOKEN'], key],
    [['env', 'ANTHROPIC_MODEL'], model],
    [['env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL'], model],
    [['env', 'ANTHROPIC_DEFAULT_SONNET_MODEL'], model],
    [['env', 'ANTHROPIC_DEFAULT_OPUS_MODEL'], model],
  ],
);
