import { type Static, Type } from 'typebox';
import { exact, text } from './types.ts';

/** code/create (§10). */
export const CreatedCode = exact({ result: Type.Literal('SUCCESS'), code: text('取货码: 7 digits, the first not 0') });
export type CreatedCode = Static<typeof CreatedCode>;

/** pickupcode/check (§7.1). The code counts only with SUCCESS and codeStatus 1. */
export const CodeChecked = exact({
  result: Type.Literal('SUCCESS'),
  goodsNum: text('商品编号'),
  codeStatus: text('1 unused, 2 used, 3 expired'),
  fee: text('支付金额, fen'),
});
export type CodeChecked = Static<typeof CodeChecked>;

/** pickupcode/use (§7.2), and how a refill is acknowledged. */
export const Success = exact({ result: Type.Literal('SUCCESS') });
export type Success = Static<typeof Success>;
