import { type C8, createC8 } from '@polyvend/simulator';
import { onRun } from '../kit/load.ts';

/** `open` it, or tell when it has so many bills. */
export type AskC8 = { open: true } | { bills: number };

export interface ToldByC8 {
  url: string;
  serviceKey: string;
  /** From the first creation that was waited for to the last. */
  seconds: number;
}

let c8: C8 | undefined;

onRun<AskC8, ToldByC8>(async (input) => {
  c8 ??= await createC8();
  const { url, serviceKey } = c8;
  if ('open' in input) return { url, serviceKey, seconds: 0 };
  const before = c8.bills.length;
  let began = 0;
  while (c8.bills.length < input.bills) {
    if (began === 0 && c8.bills.length > before) began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { url, serviceKey, seconds: (performance.now() - began) / 1000 };
});
