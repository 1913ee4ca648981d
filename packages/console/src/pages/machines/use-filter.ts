import { useSearchParams } from 'react-router';
import type { Input } from '../../api/client.ts';

export type MachineQuery = NonNullable<Input<'GET /machines'>['query']>;
export type State = NonNullable<MachineQuery['state']>;

export const pageSize = 50;

/** What the list shows stands in the address, so that it can be sent to somebody, and found again by going back. */
export function useFilter() {
  const [params, setParams] = useSearchParams();
  const number = (name: string) => {
    const text = params.get(name);
    return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const page = Math.max(1, number('page') ?? 1);
  const [text, state, own] = [params.get('text'), params.get('state'), params.get('own')];
  const query = {
    sort: (params.get('sort') ?? 'trouble') as NonNullable<MachineQuery['sort']>,
    ...(text && { text }),
    ...(state && { state: state as State }),
    ...(own && { own: own === 'true' }),
    ...(number('line') !== undefined && { line: number('line') as number }),
    ...(number('site') !== undefined && { site: number('site') as number }),
  };
  /** Whatever is narrowed or sorted anew begins at the first page. */
  function set(change: Readonly<Record<string, string | number | boolean | undefined>>): void {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries({ page: undefined, ...change })) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, String(value));
    }
    setParams(next, { replace: true });
  }
  const narrowed = ['text', 'state', 'own', 'line', 'site'].some((name) => params.has(name));
  const clear = () => set({ text: undefined, state: undefined, own: undefined, line: undefined, site: undefined });
  return { query, page, set, clear, narrowed, view: params.get('view') === 'sites' ? ('sites' as const) : ('table' as const) };
}
