import { type Fields, optionalInteger, pageSize } from '@polyvend/protocols/gobox';

/** `start` counts rows, not pages. */
export function readPaging(query: Fields): { offset: number; limit: number } {
  return {
    offset: optionalInteger(query, 'start', { min: 0, max: 1_000_000_000 }) ?? 0,
    limit: optionalInteger(query, 'limit', { min: 1, max: pageSize.most }) ?? pageSize.standard,
  };
}
