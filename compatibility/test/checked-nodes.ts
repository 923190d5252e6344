import { after } from 'node:test';
import { type LanguageNode, startLanguageNode } from './language-node.ts';

const started: Promise<LanguageNode>[] = [];

/** Ended with the test file. */
function once(start: () => Promise<LanguageNode>): () => Promise<LanguageNode> {
  let node: Promise<LanguageNode> | undefined;
  return () => {
    if (node) return node;
    node = start();
    started.push(node);
    return node;
  };
}

export const honestNode = once(() => startLanguageNode());
/** Its worker changes a token of each answer, and signs it. */
export const lyingNode = once(() => startLanguageNode({ kind: 'lie' }));

after(() => Promise.all(started.map(async (node) => (await node)[Symbol.asyncDispose]())));
