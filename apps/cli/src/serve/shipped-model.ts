import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modelsFolder } from './models-folder.ts';

/** A language model that comes with this project. */
export interface ShippedModel {
  readonly name: string;
  readonly path: string;
  readonly card: string;
}

const file = (path: string): string => join(modelsFolder(), path);

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
