import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { part } from '../../shared/part.tsx';

export const SalesToday = part(() => import('./sales-today.tsx'));

/** What the page of the morning asks first; as its parts ask it. */
export const problemsAsked = { query: { limit: 12 } };
export const salesAsked = { query: { order: 'sales' as const } };

/** What the page shows comes while it is asked who is signed in, and not after. Who is nobody is refused, and nothing is lost. */
export function askAhead(client: QueryClient): void {
  void client.prefetchQuery({ queryKey: ['GET /problems', problemsAsked], queryFn: () => call('GET /problems', problemsAsked) });
  void client.prefetchQuery({ queryKey: ['GET /sales/today', salesAsked], queryFn: () => call('GET /sales/today', salesAsked) });
  void SalesToday.load().catch(() => undefined);
}
