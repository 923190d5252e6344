import { join } from 'node:path';
import { jsonTool } from './json-settings.ts';

/** OpenCode: a provider of its own in its global settings. */
export const opencode = jsonTool(
  {
    name: 'opencode',
    command: 'opencode',
    settings: (env, home) =>
      join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'opencode', 'opencode.json'),
  },
  ({ baseUrl, model, key }) => [
    [
      ['provider', 'isobit'],
      {
        npm: '@ai-sdk/openai-compatible',
        name: 'Isobit',
        options: { baseURL: `${baseUrl}/v1`, apiKey: key },
        models: { [model]: { name: model } },
      },
    ],
    [['model'], `isobit/${model}`],
  ],
);
