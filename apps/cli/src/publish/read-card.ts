import { type Canonical, decodeJson, limits } from '@isobit/core';
import { cliError } from '../errors.ts';
import { readWhole } from '../files/read-file.ts';

/** A model's card: free facts in canonical JSON. @throws CodedError `FILE`, `INPUT_UNREADABLE` */
export async function readCard(path: string, signal?: AbortSignal): Promise<Canonical> {
  const bytes = await readWhole(path, limits.documentBytes, signal);
  try {
    return decodeJson(bytes, limits.documentBytes);
  } catch (error) {
    const why = (error as Error).message.replace('not a canonical document: ', '');
    throw cliError(
      'INPUT_UNREADABLE',
      `${path} can't be a card: ${why}; numbers that are not integers are written as texts, such as "0.98"`,
      error,
    );
  }
}

/** A text of the card's first level, such as its title. */
export function cardText(card: Canonical | undefined, name: string): string | undefined {
  const value = members(card)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The card's list of texts at `name`, such as labels. */
export function cardTexts(card: Canonical | undefined, name: string): readonly string[] | undefined {
  const value = members(card)[name];
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

const members = (card: Canonical | undefined): { readonly [name: string]: Canonical } =>
  card !== null && typeof card === 'object' && !Array.isArray(card)
    ? (card as { readonly [name: string]: Canonical })
    : {};
