import assert from 'node:assert/strict';

/** Checks what `isobit up` told of so many nodes, and gives the ports of them and of the liar. */
export function portsOfStory(lines: readonly string[], count: number): string[] {
  const story = lines.join('\n');
  assert.match(
    story,
    new RegExp(`^ +\\d\\.\\d s {2}${count} nodes are started`, 'm'),
    'at once, so that nobody waits before a blank screen',
  );
  assert.match(story, new RegExp(`^ +\\d+\\.\\d s {2}${count} nodes are up`, 'm'));
  assert.match(story, /ran it again: every bit is the same$/m);
  assert.match(story, /its answer is refused: it is signed, and not what the model gives$/m);
  assert.match(story, /first difference: scores\[\d\] is [\d.e-]+ in the answer, [\d.e-]+ when run again$/m);
  assert.match(story, /first differing operator: scores \(Softmax\)/);
  const nodes = story.matchAll(/(?:node \d|liar) +0x[0-9a-f]{40} +http:\/\/127\.0\.0\.1:(\d+)$/gm);
  const ports = Array.from(nodes, ([, port]) => port as string);
  assert.equal(ports.length, count + 1, 'the nodes and a liar');
  return ports;
}
