import { type JSONSchema, toJsonSchema } from '@langchain/core/utils/json_schema';
import { isSerializableSchema, type SerializableSchema } from '@langchain/core/utils/standard_schema';
import { type InteropZodType, isInteropZodSchema } from '@langchain/core/utils/types';

/** What LangChain takes for a schema: Zod's, a standard schema, or JSON Schema as it stands. */
export type AnySchema<Output extends Record<string, unknown>> =
  | InteropZodType<Output>
  | SerializableSchema<Output>
  | Record<string, unknown>;

export const jsonSchemaOf = <Output extends Record<string, unknown>>(
  schema: AnySchema<Output>,
): JSONSchema =>
  isInteropZodSchema(schema) || isSerializableSchema(schema)
    ? toJsonSchema(schema as Parameters<typeof toJsonSchema>[0])
    : (schema as JSONSchema);

/** Of the tool or format that a schema becomes. */
export function nameOf(schema: object): string {
  const { title, name } = schema as { title?: unknown; name?: unknown };
  return (
    ([name, title].find((each) => typeof each === 'string' && /^[\w-]{1,64}$/.test(each)) as string) ??
    'answer'
  );
}
