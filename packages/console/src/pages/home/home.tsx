import { Skeleton } from 'antd';
import { Suspense } from 'react';
import { useMay } from '../../api/session.tsx';
import { Page } from '../../shared/page.tsx';
import './home.css';
import { SalesToday } from './ask-ahead.ts';
import { Problems } from './problems.tsx';
import { useText } from './text.ts';

/** What an operator opens in the morning. */
export default function Home() {
  const text = useText();
  const may = useMay();
  return (
    <Page title={text('title')}>
      <Problems />
      {may('sales.read') && (
        <div className="home-below">
          <Suspense fallback={<Skeleton active className="panel" />}>
            <SalesToday />
          </Suspense>
        </div>
      )}
    </Page>
  );
}
