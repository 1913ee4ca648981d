import { changeGoods } from '../../ledger/catalog/change-goods.ts';
import { type Handler, isAlive } from '../heard.ts';

export const goodsSlug: Handler<'client.goods.slug.put'> = async (heard, { good_id, slug, is_returnable }) => {
  const { ledger, machine, cause } = heard;
  await changeGoods(ledger, {
    merchantId: machine.merchantId,
    goodsId: good_id,
    slug,
    returnable: is_returnable ?? false,
    cause,
  });
  await isAlive(heard);
};
