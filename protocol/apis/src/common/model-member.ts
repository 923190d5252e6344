import type { Members } from './members.ts';

/** The model as the client names it. @throws CodedError `API_MALFORMED`, `API_VALUE` */
export function readModel(body: Members): string {
  const model = body.required('model', body.text('model'));
  if (model === '' || model.length > 512) throw body.outside('model', 'the name of a model');
  return model;
}
