/** Reads the items of all pages of a listing, until there are `most` of them. */
export async function readAllPages<T>(
  read: (token: string | undefined) => Promise<{ items: readonly T[] | undefined; next: string | undefined }>,
  most = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await read(token);
    for (const item of items) found.push(item);
    token = next;
  } while (token !== undefined && found.length < most);
  return found;
}
