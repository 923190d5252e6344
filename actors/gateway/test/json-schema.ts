/** The part of JSON Schema 2020-12 that the gateway's OpenAPI document uses; any other keyword is an error. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly format?: string;
}

type Members = Readonly<Record<string, unknown>>;
type Check = (schema: Schema, value: unknown, at: string, known: Known) => string[];
type Known = Readonly<Record<string, Schema>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<NonNullable<Schema['type']>, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

const CHECKS: Readonly<Record<keyof Schema, Check>> = {
  $ref: (schema, value, at, known) => {
    const name = schema.$ref?.replace('#/components/schemas/', '') ?? '';
    const target = known[name];
    return target ? faultsOf(target, value, at, known) : [`${at}: no schema ${name}`];
  },
  type: (schema, value, at) =>
    schema.type && !TYPES[schema.type](value) ? [`${at}: not of type ${schema.type}`] : [],
  properties: (schema, value, at, known) =>
    Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
      isObject(value) && Object.hasOwn(value, key) ? faultsOf(inner, value[key], `${at}.${key}`, known) : [],
    ),
  required: (schema, value, at) =>
    (schema.required ?? [])
      .filter((key) => !isObject(value) || !Object.hasOwn(value, key))
      .map((key) => `${at}.${key}: missing`),
  additionalProperties: (schema, value, at) =>
    Object.keys(isObject(value) ? value : {})
      .filter((key) => !Object.hasOwn(schema.properties ?? {}, key))
      .map((key) => `${at}.${key}: not in the schema`),
  items: (schema, value, at, known) =>
    (Array.isArray(value) ? value : []).flatMap((item, i) =>
      schema.items ? faultsOf(schema.items, item, `${at}[${i}]`, known) : [],
    ),
  enum: (schema, value, at) => (schema.enum?.includes(value) ? [] : [`${at}: ${value} is not in the list`]),
  const: (schema, value, at) => (schema.const === value ? [] : [`${at}: is not ${schema.const}`]),
  oneOf: (schema, value, at, known) => {
    const fitting = (schema.oneOf ?? []).filter((inner) => faultsOf(inner, value, at, known).length === 0);
    return fitting.length === 1 ? [] : [`${at}: fits ${fitting.length} of its schemas`];
  },
  pattern: (schema, value, at) =>
    new RegExp(schema.pattern ?? '').test(String(value)) ? [] : [`${at}: does not match`],
  minimum: (schema, value, at) => ((value as number) >= (schema.minimum ?? 0) ? [] : [`${at}: too small`]),
  maximum: (schema, value, at) => ((value as number) <= (schema.maximum ?? 0) ? [] : [`${at}: too large`]),
  description: () => [],
  format: () => [],
};

/** What is wrong with a value, each fault with its place; empty where it fits. */
export function faultsOf(schema: Schema, value: unknown, at: string, known: Known): string[] {
  return Object.keys(schema).flatMap((keyword) =>
    Object.hasOwn(CHECKS, keyword)
      ? CHECKS[keyword as keyof Schema](schema, value, at, known)
      : [`${at}: the keyword ${keyword} is not checked`],
  );
}
