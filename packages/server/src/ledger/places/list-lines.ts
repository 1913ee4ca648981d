import type { Ledger } from '../ledger.ts';

export interface Line {
  id: number;
  name: string;
  /** '' where it lies in none. */
  areaName: string;
  description: string;
  createdAt: Date;
}

export interface PlaceFilter {
  merchantId: number;
  /** Exactly these names. */
  lineName?: string | undefined;
  areaName?: string | undefined;
}

export interface Page {
  offset: number;
  limit: number;
}

/** Lines in the order in which they were made; `total` counts all that match. */
export async function listLines(
  ledger: Ledger,
  { merchantId, lineName, areaName }: PlaceFilter,
  page?: Page,
): Promise<{ lines: Line[]; total: number }> {
  let query = ledger.db
    .selectFrom('lines as l')
    .leftJoin('areas as a', (join) => join.onRef('a.merchant_id', '=', 'l.merchant_id').onRef('a.id', '=', 'l.area_id'))
    .where('l.merchant_id', '=', merchantId);
  if (lineName !== undefined) query = query.where('l.name', '=', lineName);
  if (areaName !== undefined) query = query.where('a.name', '=', areaName);
  let paged = query
    .select(['l.id', 'l.name', 'l.description', 'l.created_at as createdAt'])
    .select((eb) => eb.fn.coalesce('a.name', eb.val('')).as('areaName'))
    .orderBy('l.id');
  if (page) paged = paged.limit(page.limit).offset(page.offset);
  const lines = await paged.execute();
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { lines, total };
}
