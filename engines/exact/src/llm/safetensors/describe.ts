import { exactError } from '../../errors.ts';
import type { Architecture } from './architecture.ts';
import { createConfiguration } from './configuration.ts';
import { decoderModelTypes, readDecoder } from './decoder.ts';
import { checkModules, encoderHeads, type Pooling, readEncoder, readPooling } from './encoder.ts';
import type { JsonObject } from './read-json.ts';

/** The files beside the weights that say what they mean, read. */
export interface Configurations {
  /** `config.json`. */
  readonly model: JsonObject;
  /** `1_Pooling/config.json`, of an encoder. */
  readonly pooling?: JsonObject;
  /** Types of the modules in `modules.json`, of an encoder; undefined for one that states none. */
  readonly modules?: readonly (string | undefined)[];
}

/**
 * What a configuration says of a model (specs/safetensors.md section 4).
 *
 * @throws CodedError `MODEL_METADATA`, `MODEL_ARCHITECTURE`
 */
export function describeConfiguration({ model, pooling, modules = [] }: Configurations): Architecture {
  const config = createConfiguration(model, 'config.json');
  const type = config.text('model_type');
  const heads = config.texts('architectures');
  const decoder =
    type !== undefined && Object.hasOwn(decoderModelTypes, type) ? decoderModelTypes[type] : undefined;
  if (!decoder && type !== 'bert')
    throw refused(`is of type ${JSON.stringify(type?.slice(0, 80))}, which this profile does not describe`);
  const known = decoder ? [decoder.head] : encoderHeads;
  const unknown = heads?.find((head) => !known.includes(head));
  if (unknown !== undefined)
    throw refused(
      `is a ${JSON.stringify(unknown.slice(0, 80))}, where this profile describes ${known.join(', ')}`,
    );
  if (decoder) return readDecoder(config, decoder);
  checkModules(modules);
  return readEncoder(config, poolingOf(pooling));
}

function poolingOf(stated: JsonObject | undefined): Pooling {
  if (stated) return readPooling(createConfiguration(stated, '1_Pooling/config.json'));
  throw refused('does not say how it pools: 1_Pooling/config.json belongs beside its config.json');
}

const refused = (what: string) => exactError('MODEL_ARCHITECTURE', `the model ${what}`);
