import { Select } from 'antd';
import { useRead } from '../../api/hooks.ts';
import { useKindWords } from '../integrations/words.ts';
import { useText } from './text.ts';

/** One of the integrations, or all. */
export function IntegrationChoice({
  value,
  onChange,
}: {
  value: number | undefined;
  onChange: (id: number | undefined) => void;
}) {
  const text = useText();
  const words = useKindWords();
  const read = useRead('GET /integrations', { query: { limit: 200 } });
  const items = read.data?.items ?? [];
  return (
    <Select<number | ''>
      aria-label={text('integration')}
      style={{ width: 240, maxWidth: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      value={value ?? ''}
      onChange={(id) => onChange(id === '' ? undefined : id)}
      options={[
        { value: '', label: text('everyIntegration') },
        ...items.map(({ id, name, dialect, role }) => ({ value: id, label: name || `${words.name(dialect, role)} ${id}` })),
      ]}
    />
  );
}
