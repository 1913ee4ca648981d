import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, use } from 'react';
import { type Answer, ApiError, call, keepCsrfToken } from './client.ts';

export type Session = Answer<'GET /session'>;
export type Permission = Session['permissions'][number];

export const sessionKey = ['GET /session', {}] as const;

/** In the browser: what whoever was signed in last might do, nothing where it was nobody. It is a guess, for what is asked ahead. */
const lastMight = 'polyvend.might';
const rememberLast = (permissions: readonly Permission[]) => localStorage.setItem(lastMight, permissions.join(' '));

/** Also where nobody was here before: who has a session and no memory of it is rare, and asking costs nothing. */
export const mightLast = (permission: Permission): boolean =>
  localStorage.getItem(lastMight)?.split(' ').includes(permission) ?? true;

/** Null: nobody is signed in. */
export const sessionQuery = {
  queryKey: sessionKey,
  async queryFn(): Promise<Session | null> {
    try {
      const session = await call('GET /session', {});
      keepCsrfToken(session.csrf_token);
      rememberLast(session.permissions);
      return session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        rememberLast([]);
        return null;
      }
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
