import { Missing } from '../shared/missing.tsx';
import { defineText } from '../shared/text.ts';

const useText = defineText('not-found', {
  en: { title: 'There is no such page', back: 'To the first page' },
  zh: { title: '没有这个页面', back: '回到首页' },
});

export default function NotFound() {
  const text = useText();
  return <Missing title={text('title')} to="/" back={text('back')} />;
}
