/** The same object with some of its members replaced; the others go on to the inner one, getters and disposers too. */
export const override = <T extends object>(inner: T, members: Partial<T>): T =>
  new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof T];
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
