import { unsupported } from '../vocabulary.ts';
import { asId, asList, asObject, type JsonObject, member } from './json.ts';

/** Tokens that a tokenizer.json puts around a whole prompt. */
export interface Around {
  readonly begin?: number;
  readonly end?: number;
}

/** @throws CodedError `TOKENIZER_UNSUPPORTED`, `TOKENIZER_INVALID` */
export function readPostProcessor(value: unknown): Around {
  if (value === undefined || value === null) return {};
  const step = asObject(value, 'post_processor');
  const type = member(step, 'type');
  if (type === 'ByteLevel') return {};
  if (type === 'Sequence') return readSequence(step);
  if (type === 'TemplateProcessing') return readTemplate(step);
  if (type === 'BertProcessing' || type === 'RobertaProcessing')
    return { begin: pairId(step, 'cls'), end: pairId(step, 'sep') };
  throw unsupported(`the tokenizer has the post-processor ${String(type)}`, { type });
}

function readSequence(sequence: JsonObject): Around {
  let around: Around = {};
  for (const step of asList(member(sequence, 'processors'), 'post_processor.processors')) {
    if (member(asObject(step, 'post_processor.processors'), 'type') === 'Sequence')
      throw unsupported('the tokenizer has a sequence of post-processors in a sequence');
    around = { ...around, ...readPostProcessor(step) };
  }
  return around;
}

/** `["[CLS]", 101]`. */
const pairId = (step: JsonObject, name: string): number =>
  asId(asList(member(step, name), `post_processor.${name}`)[1], `post_processor.${name}`);

function readTemplate(step: JsonObject): Around {
  const single = asList(member(step, 'single'), 'post_processor.single').map((each) =>
    asObject(each, 'post_processor.single'),
  );
  const text = single.findIndex((each) => Object.hasOwn(each, 'Sequence'));
  const before = single.slice(0, text);
  const after = single.slice(text + 1);
  if (text < 0 || before.length > 1 || after.length > 1)
    throw unsupported('the tokenizer puts more than one token before or after a prompt');
  const [begin] = before.map((each) => specialId(step, each));
  const [end] = after.map((each) => specialId(step, each));
  return { ...(begin === undefined ? {} : { begin }), ...(end === undefined ? {} : { end }) };
}

function specialId(step: JsonObject, piece: JsonObject): number {
  const name = member(asObject(member(piece, 'SpecialToken'), 'post_processor.SpecialToken'), 'id');
  const all = asObject(member(step, 'special_tokens'), 'post_processor.special_tokens');
  const entry = asObject(member(all, String(name)), `post_processor.special_tokens.${String(name)}`);
  const ids = asList(member(entry, 'ids'), 'post_processor.special_tokens.ids');
  if (ids.length !== 1) throw unsupported('the tokenizer puts more than one token before or after a prompt');
  return asId(ids[0], 'post_processor.special_tokens.ids');
}
