import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A language model that comes with this project. */
export interface ShippedModel {
  readonly name: string;
  readonly path: string;
  readonly card: string;
}

const file = (path: string): string => fileURLToPath(new URL(`../../../../models/${path}`, import.meta.url));

const storyteller: ShippedModel = {
  name: 'storyteller',
  path: file('storyteller/storyteller-q8_0.gguf'),
  card: file('storyteller/card.json'),
};

/** The shipped model of a name, where the installation has its file. */
export const shippedModel = (name: string): ShippedModel | undefined =>
  name === storyteller.name && existsSync(storyteller.path) ? storyteller : undefined;

/** What is served where nothing else is there. */
export const DEFAULT_SHIPPED = storyteller.name;
