import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, use } from 'react';
import { type Answer, ApiError, call, keepCsrfToken } from './client.ts';

export type Session = Answer<'GET /session'>;
export type Permission = Session['permissions'][number];

export const sessionKey = ['GET /session', {}] as const;

/** Null: nobody is signed in. */
export const sessionQuery = {
  queryKey: sessionKey,
  async queryFn(): Promise<Session | null> {
    try {
      const session = await call('GET /session', {});
      keepCsrfToken(session.csrf_token);
      return session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
};

export const useSessionQuery = () => useQuery<Session | null, ApiError>(sessionQuery);

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in; pages are shown to nobody else. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('There is no session here.');
  return session;
}

/** Whether whoever is signed in may do this; the server decides, the page only does not offer it. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}
