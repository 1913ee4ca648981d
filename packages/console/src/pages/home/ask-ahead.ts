import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.tsx';

/** What the page of the morning asks first; as its parts ask it. */
export const problemsAsked = { query: { limit: 12 } };
export const salesAsked = { query: { order: 'sales' as const } };

/**
 * Its code and what it shows come while it is asked who is signed in, and not one after the other. Who is nobody is refused, and
 * nothing is lost.
 */
export function askAhead(client: QueryClient): void {
  void client.prefetchQuery(sessionQuery);
  void client.prefetchQuery({ queryKey: ['GET /problems', problemsAsked], queryFn: () => call('GET /problems', problemsAsked) });
  void client.prefetchQuery({ queryKey: ['GET /sales/today', salesAsked], queryFn: () => call('GET /sales/today', salesAsked) });
  void import('./home.tsx');
  void import('./sales-today.tsx');
}
