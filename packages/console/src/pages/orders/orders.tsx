import { Input } from 'antd';
import { useSearchParams } from 'react-router';
import { Page } from '../../shared/page.tsx';
import { Found } from './found.tsx';
import { OrderList } from './order-list.tsx';
import './orders.css';
import { useText } from './text.ts';

/** Every order, newest first; or those that whatever was pasted names. */
export default function Orders() {
  const text = useText();
  const [asked, setAsked] = useSearchParams();
  const q = asked.get('q') ?? '';
  return (
    <Page
      title={text('title')}
      extra={
        <Input.Search
          key={q}
          className="order-search"
          defaultValue={q}
          placeholder={text('find')}
          aria-label={text('findLabel')}
          allowClear
          enterButton
          maxLength={200}
          onSearch={(value) => setAsked(value.trim() ? { q: value.trim() } : {})}
        />
      }
    >
      {q ? <Found q={q} clear={() => setAsked({})} /> : <OrderList />}
    </Page>
  );
}
