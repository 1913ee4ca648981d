import { Alert, Button } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { SessionProvider, useSessionQuery } from './api/session.tsx';
import { pagesOf } from './pages/pages.ts';
import { useErrorText } from './shared/error-text.ts';
import { type Part, part } from './shared/part.tsx';
import { Whole } from './shared/whole.tsx';
import { Shell } from './shell.tsx';

const SignIn = part(() => import('./pages/sign-in/sign-in.tsx'));
const SetUp = part(() => import('./pages/set-up/set-up.tsx'));
const NotFound = part(() => import('./pages/not-found.tsx'));

/** The pages, for who is signed in; the way in, for who is not. `opened` is the page whose address was opened. */
export function App({ opened }: { opened: Part | undefined }) {
  const read = useSessionQuery();
  const errorText = useErrorText();
  const { pathname, search } = useLocation();
  const arrived = useArrived(read.data === null ? door(pathname) : opened);
  if (read.data === undefined && read.error) {
    return (
      <div className="door">
        <Alert
          type="error"
          showIcon
          title={errorText(read.error)}
          action={<Button onClick={() => void read.refetch()}>↻</Button>}
        />
      </div>
    );
  }
  if (read.data === undefined || !arrived) return <Waiting />;
  const session = read.data;
  if (session === null) {
    const back = pathname === '/' || pathname === '/sign-in' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
    return (
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="/set-up" element={<SetUp />} />
          <Route path="*" element={<Navigate to={`/sign-in${back}`} replace />} />
        </Routes>
      </Suspense>
    );
  }
  const mine = pagesOf(session);
  const [first] = mine;
  return (
    <SessionProvider session={session}>
      <Shell>
        <Whole tryKey={pathname + search}>
          <Suspense fallback={<Waiting />}>
            <Routes>
              {mine.map(({ path, page: Page }) => (
                <Route key={path} path={path} element={<Page />} />
              ))}
              <Route path="/sign-in" element={<Navigate to={ownPath(new URLSearchParams(search).get('to'))} replace />} />
              <Route path="/set-up" element={<Navigate to="/" replace />} />
              {first && <Route path="/" element={<Navigate to={first.path} replace />} />}
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Suspense>
        </Whole>
      </Shell>
    </SessionProvider>
  );
}

const door = (pathname: string) => (pathname === '/set-up' ? SetUp : SignIn);

/** Whether its code has come, or cannot come, which is then said where it should stand. */
function useArrived(awaited: Part | undefined): boolean {
  const [arrived, setArrived] = useState<{ part: Part | undefined }>();
  useEffect(() => {
    const settled = () => setArrived({ part: awaited });
    awaited?.load().then(settled, settled);
  }, [awaited]);
  return awaited === undefined || arrived?.part === awaited;
}

/** Where one was going before signing in, if that is here: an address of somebody else is not followed. */
function ownPath(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) ? to : '/';
}

/** As index.html shows it before there is any script. */
const Waiting = () => (
  <div className="door">
    <img className="coming" src="/assets/icon.svg" alt="Polyvend" />
  </div>
);
