import { useSearchParams } from 'react-router';

/** What stands in the address, so that a link shows what one sees: `set` leaves the rest as it is, and empties with ''. */
export function useSalesQuery() {
  const [params, setParams] = useSearchParams();
  return {
    get: (name: string): string | undefined => params.get(name) ?? undefined,
    ids: (name: string): number[] => params.getAll(name).map(Number).filter(Number.isSafeInteger),
    all: (name: string): string[] => params.getAll(name),
    set(changes: Readonly<Record<string, string | readonly (string | number)[] | undefined>>): void {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            next.delete(name);
            for (const one of [value ?? []].flat()) if (one !== '') next.append(name, String(one));
          }
          return next;
        },
        { replace: true },
      );
    },
  };
}

export type SalesQuery = ReturnType<typeof useSalesQuery>;

export const filterNames = ['machine', 'site', 'line', 'goods', 'channel'] as const;
export type FilterName = (typeof filterNames)[number];
