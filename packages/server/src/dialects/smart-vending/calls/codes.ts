import {
  type CodeChecked,
  type CreatedCode,
  calls,
  codeStatuses,
  FieldError,
  fromSeconds,
  readSender,
  type Success,
} from '@polyvend/protocols/smart-vending';
import { findGoodsIds } from '../../../ledger/catalog/find-goods-ids.ts';
import { findMachineIds } from '../../../ledger/machines/find-machine-ids.ts';
import { getMachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import { checkPickupCode } from '../../../ledger/pickup-codes/check-pickup-code.ts';
import { createOpenPickupCode } from '../../../ledger/pickup-codes/create-open-pickup-code.ts';
import { useOpenPickupCode } from '../../../ledger/pickup-codes/use-open-pickup-code.ts';
import { Refusal } from '../errors.ts';
import type { Handlers } from './call.ts';

/** A code of ours, to be typed at machines of ours, or at the one of another platform that it is for. */
export const codeCalls: Handlers<'createCode'> = {
  createCode: async ({ ledger, merchantId, integration, params, cause }): Promise<CreatedCode> => {
    const { assetId, productCode, startTime, endTime } = calls.createCode.read(params);
    const machine = assetId === undefined ? null : await getMachineOverview(ledger, { merchantId, machineNo: assetId });
    // Of the machine's own platform: a good of the same number elsewhere is another.
    const of = machine?.upstreamIntegrationId ?? null;
    const goods = productCode === undefined ? undefined : await findGoodsIds(ledger, merchantId, [productCode], of);
    const goodsId = productCode === undefined ? null : goods?.get(productCode);
    if (goodsId === undefined) throw new Refusal('goodsNotFound');
    // A machine of another platform does not ask here what a code is worth, but as its mall: and that wants to know the good.
    const elsewhere = machine !== null && machine.upstreamIntegrationId !== null;
    if (elsewhere && goodsId === null) throw new FieldError('productCode', 'is required for a machine of another platform');
    const { code } = await createOpenPickupCode(ledger, {
      merchantId,
      integrationId: integration.id,
      machineId: machine?.id ?? null,
      goodsId,
      elsewhere,
      validFrom: startTime === undefined ? undefined : fromSeconds(startTime),
      expiresAt: endTime === undefined ? undefined : fromSeconds(endTime),
      cause,
    });
    return { result: 'SUCCESS', code };
  },
};

/** The mall's side: another platform's machines ask about codes of ours, and tell that they gave out what they are for. */
export const mallCalls: Handlers<'checkCode' | 'useCode'> = {
  checkCode: async ({ ledger, merchantId, integration, params }): Promise<CodeChecked> => {
    const { code, assetId, goodsNum } = calls.checkCode.read(params);
    // Its own machine: one of ours may have the same number.
    const machineId = (await findMachineIds(ledger, merchantId, [assetId], integration.id)).get(assetId) ?? null;
    const { state, goodsNumber, feeCents } = await checkPickupCode(ledger, {
      merchantId,
      code,
      machineId,
      goodsNumber: goodsNum,
    });
    return { result: 'SUCCESS', goodsNum: goodsNumber, codeStatus: codeStatuses[state], fee: String(feeCents) };
  },

  useCode: async ({ ledger, merchantId, integration, params, cause }): Promise<Success> => {
    const { code, assetId = '' } = calls.useCode.read(params);
    // A call has no name but its nonce: the very same again repeats it, another is a second use.
    const ref = `${integration.id}:${assetId}:${readSender(params).nonce}`;
    await useOpenPickupCode(ledger, { merchantId, code, ref, cause });
    return { result: 'SUCCESS' };
  },
};
