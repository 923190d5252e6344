import { exactError } from '../../errors.ts';
import type { MetadataValue } from '../gguf/read-metadata.ts';
import { ropeFrequencies } from '../reference/rope.ts';
import { float, string } from './architecture.ts';
import type { Configuration } from './configuration.ts';

export interface Rope {
  readonly base: number;
  /** Hyper-parameters of linear scaling; none for others. */
  readonly scaling: Readonly<Record<string, MetadataValue>>;
  readonly divisors?: Float32Array;
}

const DEFAULT_BASE = 10_000;
/** Widest head whose divisors are made before its tensors were seen. */
const MOST_DIMENSIONS = 65_536;
/** 2π as the nearest double. */
const TURN = 6.283185307179586;

/**
 * Base and scaling of RoPE (specs/safetensors.md section 4.3), in either of the two forms in which configurations say
 * them: `rope_theta` with `rope_scaling`, or both within `rope_parameters`.
 *
 * @param dimensions values of a head that turn
 * @throws CodedError `MODEL_METADATA`, `MODEL_ARCHITECTURE`
 */
export function readRope(config: Configuration, dimensions: number): Rope {
  const stated = config.optionalFloat('rope_theta');
  const older = config.part('rope_scaling');
  const newer = config.part('rope_parameters');
  const within = newer?.optionalFloat('rope_theta');
  if (newer && (older || (stated !== undefined && stated !== within)))
    throw refused('says twice and differently how RoPE turns, in rope_parameters and beside them');
  const base = within ?? stated ?? DEFAULT_BASE;
  const scaling = newer ?? older;
  const found = scaling ? readScaling(scaling, base, dimensions) : { scaling: {} };
  scaling?.end();
  return { base, ...found };
}

const refused = (what: string) =>
  exactError('MODEL_ARCHITECTURE', `the model ${what}: convert it to GGUF, for profile llama-wasm-1 or fast`);

function readScaling(config: Configuration, base: number, dimensions: number): Omit<Rope, 'base'> {
  const [newer, older] = [config.text('rope_type'), config.text('type')];
  const type = newer ?? older ?? 'default';
  if (newer !== undefined && older !== undefined && newer !== older)
    throw refused(`scales RoPE by both ${JSON.stringify(newer)} and ${JSON.stringify(older)}`);
  config.expect('partial_rotary_factor', 1);
  if (type === 'default') return { scaling: {} };
  if (type === 'linear')
    return {
      scaling: {
        'rope.scaling.type': string('linear'),
        'rope.scaling.factor': float(config.float('factor')),
      },
    };
  if (type === 'llama3') return { scaling: {}, divisors: llama3Divisors(config, base, dimensions) };
  throw refused(
    `scales RoPE by ${JSON.stringify(type.slice(0, 80))}, where this profile has "linear" and "llama3"`,
  );
}

/**
 * Long waves turn slower by the factor, short ones as they are, those between by a mean of both. In doubles, from
 * section 8.1's frequencies without divisors, each divisor rounded to binary32 in the end.
 */
function llama3Divisors(config: Configuration, base: number, dimensions: number): Float32Array {
  const factor = config.float('factor');
  const low = config.float('low_freq_factor');
  const high = config.float('high_freq_factor');
  const original = config.count('original_max_position_embeddings');
  const wrong = (what: string) =>
    exactError('MODEL_METADATA', `the configuration's llama3 scaling of RoPE ${what}: fetch the model again`);
  if (factor < 1 || high <= low) throw wrong('has a factor below 1, or bounds in the wrong order');
  if (!Number.isInteger(dimensions / 2) || dimensions > MOST_DIMENSIONS || base < 1)
    throw wrong(`turns heads of ${dimensions} values, or has a base below 1`);
  const frequencies = ropeFrequencies({ dimensions, base: Math.fround(base), factor: 1 });
  return Float32Array.from(frequencies, (frequency) => {
    const wave = TURN / frequency;
    if (wave < original / high) return 1;
    if (wave > original / low) return factor;
    const share = (original / wave - low) / (high - low);
    return 1 / ((1 - share) / factor + share);
  });
}
