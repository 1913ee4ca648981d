import { Tag } from 'antd';
import { useText } from './text.ts';

const colors = {
  ...{ waiting: 'gold', sending: 'blue', delivered: 'green', failed: 'red' },
  ...{ applied: 'green', refused: 'red' },
} as const;

/** The state of a notification, or of a message that came. */
export function StateTag({ state }: { state: keyof typeof colors }) {
  const text = useText();
  return <Tag color={colors[state]}>{text(state)}</Tag>;
}
