import { existsSync } from 'node:fs';
import type { ResolvedModel } from '@isobit/client';
import { CodedError, isCoded } from '@isobit/core';
import type { Invocation } from '../command.ts';
import { cliError } from '../errors.ts';
import type { FoundNode } from '../nodes/find-node.ts';
import { suggestedName } from '../publish/model-name.ts';
import { publish } from '../publish/publish.ts';
import { readReference } from '../refs.ts';

/**
 * The model that a person points at; a path is published first, a model of a hub pulled where the node has it not.
 *
 * @throws CodedError as `readReference`, `publish`, `hubModel`, of the node
 */
export async function resolveModel(
  text: string,
  { api, isOperator }: FoundNode,
  { terminal, signal, env, home }: Pick<Invocation, 'terminal' | 'signal' | 'env' | 'home'>,
): Promise<ResolvedModel> {
  const reference = readReference(text);
  const needOperator = (): void => {
    if (isOperator) return;
    throw cliError(
      'NO_TOKEN',
      `${text} would be published on ${api.baseUrl}, which only its operator may do: give --token FILE, or a model's name`,
    );
  };
  if (reference.kind === 'hub') {
    const { pulledModel } = await import('../hub/pulled-model.ts');
    return pulledModel({ api, ref: reference.ref, env, home, terminal, signal, needOperator });
  }
  if (reference.kind === 'path') {
    needOperator();
    const published = await publish({
      api,
      path: reference.path,
      name: suggestedName(reference.path),
      terminal,
      signal,
    });
    terminal.note(`published ${reference.path} as ${published.name}:${published.version}`);
    return api.resolve(published.id, signal);
  }
  try {
    return await api.resolve(reference.ref, signal);
  } catch (error) {
    if (isCoded(error, 'MODEL_UNKNOWN') && existsSync(text))
      throw new CodedError(
        error.code,
        `${error.message}; for the path here, write ./${text}`,
        {},
        { cause: error },
      );
    throw error;
  }
}
