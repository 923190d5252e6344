/** Pieces of schemas that every part of the document uses. */
export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const count = { type: 'integer', minimum: 0 };
export const hex32 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const address = { type: 'string', pattern: '^0x[0-9a-f]{40}$' };
export const list = (items: object) => ({ type: 'array', items });

/** An object with these members and no other; all but the optional ones are there. */
export const object = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
});

export const json = (schema: object) => ({ 'application/json': { schema } });
export const answer = (description: string, schema: object) => ({ description, content: json(schema) });
export const header = (description: string) => ({ description, schema: text });

export const parameter = (
  name: string,
  where: 'path' | 'query' | 'header',
  description: string,
  schema: object,
) => ({
  name,
  in: where,
  required: where === 'path',
  description,
  schema,
});
