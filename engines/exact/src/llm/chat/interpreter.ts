import type { Budget } from './budget.ts';
import { type CompiledTemplate, filterName, isOurs, methodName } from './compile.ts';
import { Environment, Interpreter, type Scope, type Statement, type Value } from './engine.ts';
import { filters } from './filters.ts';
import { templateLimits } from './limits.ts';
import { textMethods } from './text-functions.ts';
import { type Arguments, excessive, faulty, integerOf, toFunction, toValue } from './values.ts';

/** The engine's interpreter, counting: each step, the size of what it gives, and how deep it is. */
export class BoundedInterpreter extends Interpreter {
  readonly #budget: Budget;
  readonly #iterables: WeakSet<object>;
  #depth = 0;

  constructor(scope: Scope, budget: Budget, { iterables }: CompiledTemplate) {
    super(scope);
    this.#budget = budget;
    this.#iterables = iterables;
  }

  override evaluate(statement: Statement | undefined, scope: Scope): Value {
    if (!statement) return super.evaluate(statement, scope);
    this.#budget.spend(1);
    if (++this.#depth > templateLimits.depth) throw excessive(`nesting deeper than ${templateLimits.depth}`);
    try {
      const value = super.evaluate(statement, scope);
      this.#budget.take(value);
      if (this.#iterables.has(statement)) this.#payForLoop(value);
      if (value.type === 'FunctionValue' && isOurs(statement))
        throw faulty('a method is used without a call');
      return value;
    } finally {
      this.#depth--;
    }
  }

  #payForLoop(value: Value): void {
    if (Array.isArray(value.value)) this.#budget.spend(value.value.length);
    else if (value.value instanceof Map) this.#budget.spend(value.value.size);
  }
}

/** A scope with our functions and these variables. */
export function createScope(variables: Readonly<Record<string, unknown>>, budget: Budget): Scope {
  const scope = new Environment();
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
  for (const [name, value] of Object.entries({ ...constants, ...variables })) scope.set(name, value);
  for (const [name, run] of Object.entries(filters))
    scope.setVariable(
      filterName(name),
      toFunction((args) => run(...headOf(args, name), budget)),
    );
  for (const name of Object.keys(textMethods))
    scope.setVariable(
      methodName(name),
      toFunction((args) => callMethod(name, args, budget)),
    );
  scope.setVariable(
    'range',
    toFunction((args) => range(args, budget)),
  );
  scope.setVariable('namespace', boundNamespace(scope.lookupVariable('namespace'), scope));
  return scope;
}

function headOf({ placed, named }: Arguments, name: string): [Value, Arguments] {
  const [value, ...rest] = placed;
  if (!value) throw faulty(`${name} is applied to nothing`);
  return [value, { placed: rest, named }];
}

/** Values other than texts may have a function of that name: a macro in a namespace. */
function callMethod(name: string, args: Arguments, budget: Budget): Value {
  const [value, rest] = headOf(args, name);
  const method = textMethods[name];
  if (value.type === 'StringValue' && method) return method(value.value as string, rest, budget);
  throw faulty(`${name} is called on what is no text`);
}

function range({ placed }: Arguments, budget: Budget): Value {
  const [first = 0, second, step = 1] = placed.map((each) => integerOf(each, 'an argument of range'));
  const [start, end] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw faulty('a range whose step is 0');
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > templateLimits.range) throw excessive(`a range of ${count} numbers`);
  budget.spend(count);
  return toValue(Array.from({ length: count }, (_, i) => start + i * step));
}

/** Members of a namespace hold no namespace: so no value ever holds itself. */
class NamespaceMembers extends Map<string, Value> {
  override set(name: string, value: Value): this {
    if (value.type === 'NamespaceValue') throw faulty('a namespace is kept within a namespace');
    return super.set(name, value);
  }
}

function boundNamespace(original: Value, scope: Scope): Value {
  const create = original.value as (args: Value[], scope: Scope) => Value;
  const bound = toValue(() => null);
  Object.assign(bound, {
    value: (args: Value[]) => {
      const namespace = create(args, scope);
      Object.assign(namespace, {
        value: new NamespaceMembers(namespace.value as Map<string, Value>),
      });
      return namespace;
    },
  });
  return bound;
}
