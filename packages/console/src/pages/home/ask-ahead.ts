import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { mightLast } from '../../api/session.tsx';
import { part } from '../../shared/part.tsx';

export const SalesToday = part(() => import('./sales-today.tsx'));

/** What the page of the morning asks first; as its parts ask it. */
export const problemsAsked = { query: { limit: 12 } };
export const salesAsked = { query: { order: 'sales' as const } };

/** What the page shows comes while it is asked who is signed in, and not after; as far as whoever was here last might see it. */
export function askAhead(client: QueryClient): void {
  if (mightLast('machines.read')) {
    void client.prefetchQuery({
      queryKey: ['GET /problems', problemsAsked],
      queryFn: () => call('GET /problems', problemsAsked),
    });
  }
  if (!mightLast('sales.read')) return;
  void client.prefetchQuery({ queryKey: ['GET /sales/today', salesAsked], queryFn: () => call('GET /sales/today', salesAsked) });
  void SalesToday.load().catch(() => undefined);
}
