import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Within this package as it is installed, and at the root of a clone. */
const PLACES = ['../../models/', '../../../../models/'];

/** The folder of the models that come with this project; one that does not exist where the installation has none. */
export function modelsFolder(): string {
  const places = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((path) => existsSync(path)) ?? (places[0] as string);
}
