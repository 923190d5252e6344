/** The part of OpenAPI's schemas that documents of others use; keywords that say nothing of a value's form are passed over. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** A document in OpenAPI 3, as far as it is read. */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** What of a value does not fit a component schema of a document, each fault with its place; empty where it fits. */
export function openApiFaults({ components: { schemas } }: OpenApi, name: string, value: unknown): string[] {
  const named = (ref: string): Schema => {
    const schema = schemas[ref.replace('#/components/schemas/', '')];
    if (!schema) throw new RangeError(`the document has no schema ${ref}`);
    return schema;
  };
  function faults(schema: Schema, given: unknown, at: string): string[] {
    if (given === null && schema.nullable) return [];
    if (schema.$ref !== undefined) return faults(named(schema.$ref), given, at);
    const types = [schema.type ?? []].flat();
    if (types.length > 0 && !types.some((type) => TYPES[type]?.(given)))
      return [`${at}: no ${types.join(', ')}`];
    if (schema.enum && !schema.enum.includes(given)) return [`${at}: none of ${schema.enum.join(', ')}`];
    const choices = schema.anyOf ?? schema.oneOf;
    const found = choices?.map((each) => faults(each, given, at));
    const [nearest] = found?.toSorted((a, b) => a.length - b.length) ?? [];
    return [
      ...(nearest ?? []),
      ...(schema.allOf ?? []).flatMap((each) => faults(each, given, at)),
      ...(Array.isArray(given) && schema.items
        ? given.flatMap((item, index) => faults(schema.items as Schema, item, `${at}[${index}]`))
        : []),
      ...(isObject(given) ? memberFaults(schema, given, at) : []),
    ];
  }
  function memberFaults(schema: Schema, given: Readonly<Record<string, unknown>>, at: string): string[] {
    const known = schema.properties ?? {};
    const others = schema.additionalProperties ?? true;
    const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(given, key));
    return [
      ...missing.map((key) => `${at}.${key}: missing`),
      ...Object.entries(given).flatMap(([key, each]) => {
        if (Object.hasOwn(known, key)) return faults(known[key] as Schema, each, `${at}.${key}`);
        if (others === false) return [`${at}.${key}: not in the schema`];
        return others === true ? [] : faults(others, each, `${at}.${key}`);
      }),
    ];
  }
  return faults(named(name), value, name);
}
