import { Button, Result } from 'antd';
import { Link } from 'react-router';
import { defineText } from '../shared/text.ts';

const useText = defineText('not-found', {
  en: { title: 'There is no such page', back: 'To the first page' },
  zh: { title: '没有这个页面', back: '回到首页' },
});

export default function NotFound() {
  const text = useText();
  return (
    <Result
      status="404"
      title={text('title')}
      extra={
        <Link to="/">
          <Button type="primary">{text('back')}</Button>
        </Link>
      }
    />
  );
}
