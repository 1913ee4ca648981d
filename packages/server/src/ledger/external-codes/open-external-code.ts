import type { Ledger } from '../ledger.ts';
import type { ExternalCodeState } from './external-code-state.ts';

export interface OpenedExternalCode {
  state: ExternalCodeState;
  /** The digits: for the call to the mall, and for nothing that is kept or logged. */
  code: string;
  machineNo: string;
  goodsNumber: string;
}

/** What the mall must be asked or told, at the moment of the call. Undefined when there is no more to be said of the code. */
export async function openExternalCode(ledger: Ledger, merchantId: number, id: number): Promise<OpenedExternalCode | undefined> {
  const row = await ledger.db
    .selectFrom('external_codes as c')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'c.merchant_id').onRef('m.id', '=', 'c.machine_id'))
    .select(['c.state', 'c.code_sealed', 'c.goods_number as goodsNumber', 'm.machine_no as machineNo'])
    .where('c.merchant_id', '=', merchantId)
    .where('c.id', '=', id)
    .executeTakeFirst();
  if (!row?.code_sealed) return undefined;
  const { code = '' } = ledger.vault.open(row.code_sealed);
  return { state: row.state as ExternalCodeState, code, machineNo: row.machineNo, goodsNumber: row.goodsNumber };
}
