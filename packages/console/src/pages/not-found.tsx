import { Result } from 'antd';
import { LinkButton } from '../shared/link-button.tsx';
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
      title={<h1 className="page-title">{text('title')}</h1>}
      extra={
        <LinkButton to="/" type="primary">
          {text('back')}
        </LinkButton>
      }
    />
  );
}
