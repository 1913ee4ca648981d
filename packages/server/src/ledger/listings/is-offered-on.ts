import { type RawBuilder, sql } from 'kysely';

/** Whether machine `m` of a query is offered on an integration: by its listing, else by the integration's own rule. */
export function isOfferedOn(integrationId: number): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from integrations i
    left join listings l on l.merchant_id = i.merchant_id and l.integration_id = i.id and l.machine_id = m.id
    where i.merchant_id = m.merchant_id and i.id = ${integrationId} and coalesce(l.offered, i.offers = 'all'))`;
}
