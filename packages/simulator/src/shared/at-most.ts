/** Does it for each, so many at a time. The first failure is thrown, once those under way have ended. */
export async function forEachAtMost<T>(limit: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (let item = items[next++]; item !== undefined && failures.length === 0; item = items[next++]) {
      await act(item).catch((error: unknown) => failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
}
