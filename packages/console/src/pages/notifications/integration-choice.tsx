import { Select } from 'antd';
import { Link } from 'react-router';
import { useRead } from '../../api/hooks.ts';
import { useKindWords } from '../integrations/words.ts';
import { useText } from './text.ts';

/** All integrations with what they are called here: by their kind where nobody named them. */
function useNamed(): readonly { id: number; called: string }[] {
  const words = useKindWords();
  const read = useRead('GET /integrations', { query: { limit: 200 } });
  return (read.data?.items ?? []).map(({ id, name, dialect, role }) => ({
    id,
    called: name || `${words.name(dialect, role)} ${id}`,
  }));
}

/** An integration by its name. */
export function IntegrationLink({ id }: { id: number }) {
  const called = useNamed().find((one) => one.id === id)?.called;
  return <Link to={`/integrations/${id}`}>{called ?? `#${id}`}</Link>;
}

/** One of the integrations, or all. */
export function IntegrationChoice({
  value,
  onChange,
}: {
  value: number | undefined;
  onChange: (id: number | undefined) => void;
}) {
  const text = useText();
  const named = useNamed();
  return (
    <Select<number | ''>
      aria-label={text('integration')}
      style={{ width: 240, maxWidth: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      value={value ?? ''}
      onChange={(id) => onChange(id === '' ? undefined : id)}
      options={[{ value: '', label: text('everyIntegration') }, ...named.map(({ id, called }) => ({ value: id, label: called }))]}
    />
  );
}
