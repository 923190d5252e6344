type Network = readonly [address: string, bits: number];

/** Networks that are not the public internet (IANA special-purpose registries, IPv4). */
const CLOSED_V4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Global unicast: everything else of IPv6 (loopback, mapped IPv4, link-local, unique local, NAT64…) is closed. */
const GLOBAL_V6: Network = ['2000::', 3];

/** Inside it: protocol assignments and Teredo, documentation, 6to4, documentation again. */
const CLOSED_V6: readonly Network[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * True for a literal IP address of the public internet, to which a stranger may send us. Names are not: whoever
 * announces one decides later what it leads to. Neither is any other spelling of an address (`127.1`, a zone).
 */
export function isPublicAddress(address: string): boolean {
  const bytes = address.includes(':') ? bytesOfV6(address) : bytesOfV4(address);
  if (!bytes) return false;
  if (bytes.length === 4) return !CLOSED_V4.some((network) => isInside(bytes, network));
  return isInside(bytes, GLOBAL_V6) && !CLOSED_V6.some((network) => isInside(bytes, network));
}

function isInside(bytes: readonly number[], [address, bits]: Network): boolean {
  const network = (bytes.length === 4 ? bytesOfV4(address) : bytesOfV6(address)) ?? [];
  return bytes.every((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - 8 * i));
    return (byte ^ (network[i] ?? 0)) >> (8 - kept) === 0;
  });
}

/** Four decimal numbers up to 255, without leading zeros; undefined for every other text. */
function bytesOfV4(text: string): number[] | undefined {
  const parts = text.split('.');
  const isByte = (part: string) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255;
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : undefined;
}

/** Eight groups, of which one `::` may stand for any zeros and the last two may be an IPv4 address. */
function bytesOfV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) =>
    half === '' ? [] : groupBytes(half, i === halves.length - 1),
  );
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const zeros = 16 - head.length - (tail as number[]).length;
  // `::` stands for at least one group
  return zeros < 2 ? undefined : [...head, ...new Array<number>(zeros).fill(0), ...(tail as number[])];
}

function groupBytes(half: string, isLast: boolean): number[] | undefined {
  const bytes: number[] = [];
  const groups = half.split(':');
  for (const [i, group] of groups.entries()) {
    const v4 = isLast && i === groups.length - 1 && group.includes('.') ? bytesOfV4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}
