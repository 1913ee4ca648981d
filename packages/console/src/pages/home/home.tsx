import { Page } from '../../shared/page.tsx';
import './home.css';
import { Problems } from './problems.tsx';
import { useText } from './text.ts';

/** What an operator opens in the morning. */
export default function Home() {
  const text = useText();
  return (
    <Page title={text('title')}>
      <Problems />
    </Page>
  );
}
