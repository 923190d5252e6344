import type { Value } from './engine.ts';
import { templateLimits } from './limits.ts';
import { excessive, faulty } from './values.ts';

const { steps, textLength, values, valueDepth } = templateLimits;

/** Units of a text that count as one step, and elements of a list. */
const UNITS = 64;
const ELEMENTS = 8;

interface Measure {
  readonly count: number;
  readonly depth: number;
}

/** What one rendering has used of its limits. The same template and conversation use the same on every host. */
export class Budget {
  #left: number = steps;
  readonly #measured = new WeakMap<object, Measure>();

  /** @throws CodedError `TEMPLATE_LIMIT` */
  spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw excessive(`more than ${steps} steps`);
  }

  /** @throws CodedError `TEMPLATE_LIMIT` for a text that would be longer than the limit */
  allow(length: number): void {
    if (length > textLength) throw excessive(`a text of more than ${textLength} characters`);
  }

  /**
   * Pays for a value that was made, and checks its size.
   *
   * @throws CodedError `TEMPLATE_LIMIT`, `TEMPLATE_INVALID`
   */
  take(value: Value): void {
    if (value.type === 'StringValue') {
      const { length } = value.value as string;
      this.allow(length);
      this.spend(Math.floor(length / UNITS));
    } else if (value.type === 'ArrayValue' || value.type === 'ObjectValue' || isTuple(value)) {
      this.spend(Math.floor(sizeOf(value) / ELEMENTS));
      this.#measure(value);
    }
  }

  /** Values are trees to whoever prints them: what is shared counts each time. */
  #measure(value: Value): Measure {
    if (typeof value.value === 'string')
      return { count: 1 + Math.floor(value.value.length / UNITS), depth: 0 };
    if (value.type === 'NamespaceValue') throw faulty('a namespace is kept within a value');
    const elements = elementsOf(value);
    if (!elements) return { count: 1, depth: 0 };
    const known = this.#measured.get(value);
    if (known) return known;
    let count = 1;
    let depth = 0;
    for (const element of elements) {
      const each = this.#measure(element);
      count += each.count;
      depth = Math.max(depth, each.depth);
    }
    const measured = { count, depth: depth + 1 };
    if (count > values) throw excessive(`a value of more than ${values} parts`);
    if (measured.depth > valueDepth) throw excessive(`a value nested deeper than ${valueDepth}`);
    this.#measured.set(value, measured);
    return measured;
  }
}

const isTuple = (value: Value): boolean => value.type === 'TupleValue';

const sizeOf = (value: Value): number =>
  Array.isArray(value.value) ? value.value.length : (value.value as ReadonlyMap<string, Value>).size;

function elementsOf(value: Value): Iterable<Value> | undefined {
  if (Array.isArray(value.value)) return value.value;
  return value.value instanceof Map ? (value.value as ReadonlyMap<string, Value>).values() : undefined;
}
