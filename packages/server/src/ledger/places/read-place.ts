import type { Ledger } from '../ledger.ts';

/** A site as it is, for whoever changes it; undefined when there is none. */
export async function readSite({ db }: Pick<Ledger, 'db'>, merchantId: number, siteId: number) {
  return await db
    .selectFrom('sites')
    .select(['number', 'name', 'line_id as lineId', 'address', 'longitude', 'latitude'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', siteId)
    .executeTakeFirst();
}

/** A line as it is, for whoever changes it; undefined when there is none. */
export async function readLine({ db }: Pick<Ledger, 'db'>, merchantId: number, lineId: number) {
  return await db
    .selectFrom('lines as l')
    .leftJoin('areas as a', (join) => join.onRef('a.merchant_id', '=', 'l.merchant_id').onRef('a.id', '=', 'l.area_id'))
    .select(['l.name', 'a.name as area', 'l.description'])
    .where('l.merchant_id', '=', merchantId)
    .where('l.id', '=', lineId)
    .executeTakeFirst();
}
