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

/** The same for lists that go on after an entry instead of by number. */
export async function listOn<T>(read: (after: string | undefined) => Promise<{ entities: T[]; nextUri?: string | null }>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { entities, nextUri } = await read(after);
    all.push(...entities);
    after = nextUri ? (new URLSearchParams(nextUri.slice(nextUri.indexOf("?"))).get("after") ?? undefined) : undefined;
    if (after === undefined) return all;
  }
}
