import { type Static, type TInteger, Type } from 'typebox';
import { type StatisticStyle, statisticStyles } from './pay-styles.ts';
import { exact, fen, int, seconds, text } from './types.ts';

type Counts = { readonly [Style in StatisticStyle as `${Style}Count`]: TInteger };
type Amounts = { readonly [Style in StatisticStyle as `${Style}Amount`]: TInteger };

const perStyle = {
  ...Object.fromEntries(statisticStyles.map((style) => [`${style}Count`, int('销量')])),
  ...Object.fromEntries(statisticStyles.map((style) => [`${style}Amount`, fen('销售额')])),
} as Counts & Amounts;

/** What the vendor spells in two ways: both are sent, with equal values. */
export const doubledSpellings = {
  aliapyAmount: 'alipayAmount',
  aliapyCount: 'alipayCount',
  othereCount: 'otherCount',
} as const;

/** A machine's row of trade/statistic (§5.1). amount = online + outline = the sum of the styles; the counts likewise. */
export const Statistic = exact(
  {
    assetId: text('售货机编号'),
    startTime: seconds('开始时间, as asked'),
    endTime: seconds('结束时间, as asked; inclusive'),
    amount: fen('总销售额'),
    count: int('总销量'),
    onlineCount: int('线上销量总数'),
    onlineAmount: fen('线上销量总金额'),
    outlineCount: int('线下销量总数'),
    outlineAmount: fen('线下销量总金额'),
    ...perStyle,
    aliapyAmount: fen('alipayAmount, as the table spells it'),
    aliapyCount: int('alipayCount, as the example spells it'),
    othereCount: int('otherCount, as the table spells it'),
  },
  '销量统计',
);
export type Statistic = Static<typeof Statistic>;

export const StatisticList = Type.Array(Statistic);
