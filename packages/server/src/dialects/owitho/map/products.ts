import type { Sku } from '@polyvend/protocols/owitho';
import { blankPicture } from '../../../ledger/catalog/blank-picture.ts';
import type { OwnGoods } from '../../../ledger/catalog/read-own-goods.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { thirdPartySettings } from '../integration.ts';

/** What must not be empty there has a word for nothing. What goods cost us is nobody's business. */
export function skuOf(
  { publicUrl }: Pick<Ledger, 'publicUrl'>,
  integration: Pick<Integration, 'settings'>,
  goods: OwnGoods,
): Sku {
  const { unit, pictureUrl } = thirdPartySettings(integration);
  return {
    skuCode: goods.number,
    skuName: goods.name,
    skuUnit: goods.unit || unit,
    skuSpec: goods.spec || '-',
    originalPrice: goods.originalPriceCents || goods.priceCents,
    skuPic: goods.pictureUrl || pictureUrl || `${publicUrl}/media/${blankPicture.name}`,
  };
}
