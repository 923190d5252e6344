import type { Members } from './members.ts';

/** The model as the client names it. @throws CodedError `API_MALFORMED`, `API_VALUE` */
export function readModel(body: Members, name = 'model'): string {
  const model = body.required(name, body.text(name));
  if (model === '' || model.length > 512) throw body.outside(name, 'the name of a model');
  return model;
}
