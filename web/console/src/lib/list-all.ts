/** Lists that are shown whole: what is administered is few. */

interface Page<T> {
  entities: T[];
  pageCount: number;
}

/** Every page of a list, one after the other. */
export async function listAll<T>(read: (pageNumber: number) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let number = 1; ; number++) {
    const { entities, pageCount } = await read(number);
    all.push(...entities);
    if (number >= pageCount) return all;
  }
}
