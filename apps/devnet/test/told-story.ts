import assert from 'node:assert/strict';

/** Checks what `isobit up` told, and gives the ports of its nodes and of the liar. */
export function portsOfStory(lines: readonly string[]): string[] {
  const story = lines.join('\n');
  assert.match(
    story,
    /^ +\d\.\d s {2}3 nodes are started/m,
    'at once, so that nobody waits before a blank screen',
  );
  assert.match(story, /^ +\d+\.\d s {2}3 nodes are up/m);
  assert.match(story, /ran it again: every bit is the same$/m);
  assert.match(story, /its answer is refused: it is signed, and not what the model gives$/m);
  assert.match(story, /first difference: scores\[\d\] is [\d.e-]+ in the answer, [\d.e-]+ when run again$/m);
  assert.match(story, /first differing operator: scores \(Softmax\)/);
  const nodes = story.matchAll(/(?:node \d|liar) +0x[0-9a-f]{40} +http:\/\/127\.0\.0\.1:(\d+)$/gm);
  const ports = Array.from(nodes, ([, port]) => port as string);
  assert.equal(ports.length, 4, 'three nodes and a liar');
  return ports;
}
