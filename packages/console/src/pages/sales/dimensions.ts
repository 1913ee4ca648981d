import type { Input } from '../../api/client.ts';

export type Dimension = NonNullable<Input<'GET /sales'>['query']>['by'];

export const dimensions = [
  ...['day', 'hour', 'hour-of-day', 'month', 'machine', 'site', 'line', 'area', 'goods', 'category', 'pay-style', 'channel'],
] as Dimension[];

/** Rows of these come in their own order; those of others by what they sold. */
export const isTime = (by: Dimension): boolean => ['day', 'hour', 'hour-of-day', 'month'].includes(by);
