/**
 * The innermost arrays of a tensor's `data`: itself where it is flat, else what it nests, which must follow the
 * shape exactly.
 *
 * @param count elements of the shape
 * @param refuse is told what does not fit; it throws
 */
export function rowsOf(
  data: readonly unknown[],
  shape: readonly number[],
  count: number,
  refuse: (why: string) => never,
): (readonly unknown[])[] {
  if (shape.length < 2 || !Array.isArray(data[0])) {
    if (data.length !== count) refuse(`its data holds ${data.length} elements, its shape ${count}`);
    return [data];
  }
  const rows: (readonly unknown[])[] = [];
  const descend = (value: unknown, dimension: number): unknown => {
    const size = shape[dimension];
    if (!Array.isArray(value))
      return refuse(`its data is nested less deeply than its ${shape.length} dimensions`);
    if (value.length !== size) {
      return refuse(
        `its data is ragged: an array of dimension ${dimension} holds ${value.length}, not ${size}`,
      );
    }
    if (dimension === shape.length - 1) return rows.push(value);
    return value.forEach((item) => {
      descend(item, dimension + 1);
    });
  };
  descend(data, 0);
  return rows;
}
