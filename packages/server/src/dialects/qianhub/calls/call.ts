import type { Fields } from '@polyvend/protocols/qianhub';
import { FieldError } from '@polyvend/protocols/qianhub';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { Viewer } from '../../../ledger/pos/list-visible-shops.ts';
import { settingsOf } from '../integration.ts';

/** One verified call. */
export interface Call {
  ledger: Ledger;
  integration: Integration;
  body: unknown;
}

/** The JSON of the result: whole, or in pieces of which the first is there already. */
export type Answer = string | AsyncIterable<string>;

export type Handler = (call: Call) => Promise<Answer>;

export function viewerOf({ integration }: Call): Viewer {
  const { everyShop } = settingsOf(integration);
  return { merchantId: integration.merchant.id, integrationId: integration.id, everyShop };
}

/** @throws FieldError when there is no body to read fields of. */
export function fieldsOf({ body }: Call): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new FieldError('body', 'must be an object');
  return body as Fields;
}
