import type { Members } from '../common/members.ts';
import type { Format } from '../openai/tools.ts';

/** What words must be, and how an answer repeats it. */
export interface FormatAsk {
  readonly format: Format;
  readonly repeated: object;
}

/** The member `text` (specs/responses.md section 2.2). @throws CodedError of the `API_` codes */
export function readTextFormat(body: Members): FormatAsk {
  const text = body.object('text');
  const format = text?.object('format');
  text?.only('verbosity', ['medium'], 'is not served: no model here takes it');
  text?.done();
  const type = format?.required('type', format.text('type'));
  if (!format || type === 'text' || type === 'json_object') {
    format?.done();
    return { format: type === 'json_object' ? 'json' : undefined, repeated: { type: type ?? 'text' } };
  }
  if (type !== 'json_schema') throw format.unsupported('type', 'is none of text, json_object, json_schema');
  const name = format.required('name', format.text('name'));
  const description = format.text('description');
  const strict = format.flag('strict');
  format.required('schema', format.object('schema'));
  const schema = format.take('schema');
  format.done();
  return {
    format: { schema },
    repeated: {
      type,
      name,
      ...(description === undefined ? {} : { description }),
      schema,
      // Whatever is asked for, the answer fits the schema exactly.
      strict: strict ?? true,
    },
  };
}
