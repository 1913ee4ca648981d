/**
 * Runs `work` for each item, so that one that fails keeps no other from its turn. Answers how many succeeded; when any failed,
 * throws their errors together after all had their turn.
 */
export async function eachApart<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<number> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${items.length} failed`);
  return items.length;
}
