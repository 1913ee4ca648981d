import { Skeleton } from 'antd';
import { Suspense } from 'react';
import { useMay } from '../../api/session.tsx';
import { Page } from '../../shared/page.tsx';
import './home.css';
import { SalesToday } from './ask-ahead.ts';
import { FirstSteps, isLeft, useFirstSteps } from './first-steps.tsx';
import { Problems } from './problems.tsx';
import { useText } from './text.ts';

/** What an operator opens in the morning; and who has only just begun, with what is to be done first. */
export default function Home() {
  const text = useText();
  const may = useMay();
  const steps = useFirstSteps();
  return (
    <Page title={text('title')}>
      {steps && isLeft(steps) && may('machines.write') && <FirstSteps steps={steps} />}
      <Problems noMachines={steps?.machine_id === null} />
      {may('sales.read') && steps?.sale !== false && (
        <div className="home-below">
          <Suspense fallback={<Skeleton active className="panel" />}>
            <SalesToday />
          </Suspense>
        </div>
      )}
    </Page>
  );
}
