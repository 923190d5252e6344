import { paths } from './paths.ts';
import { schemas } from './schemas.ts';

/** OpenAPI 3.1 of the gateway's routes; a node adds its own paths and schemas. */
export const gatewayOpenApi = {
  openapi: '3.1.0',
  info: {
    title: 'Isobit gateway',
    version: '1',
    description:
      'The Open Inference Protocol v2 and the API of OpenAI with evidence, and the route of clients that verify.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  paths,
  components: { schemas },
} as const;
