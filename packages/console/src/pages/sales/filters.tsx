import { Button, Flex, Select } from 'antd';
import { useState } from 'react';
import type { Input } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from './text.ts';
import { type FilterName, filterNames, type SalesQuery } from './use-sales-query.ts';
import { payStyleWords, useSalesWords } from './words.ts';

type Asked = NonNullable<Input<'GET /sales'>['query']>;
type PayStyle = Extract<Asked['pay_style'], string>;

/** What the address says of filters, for the API. */
export function filtersOf(query: SalesQuery, names: readonly FilterName[] = filterNames) {
  const ids = Object.fromEntries(names.flatMap((name) => (query.ids(name).length > 0 ? [[name, query.ids(name)]] : [])));
  const styles = query.all('pay_style') as PayStyle[];
  return { ...ids, ...(styles.length > 0 && { pay_style: styles }) } as Pick<Asked, FilterName | 'pay_style'>;
}

/** Filters by what is found on the server, and by pay style. `change` is told what is to stand in the address. */
export function Filters({
  query,
  change,
  names = filterNames,
  styles = true,
}: {
  query: SalesQuery;
  change: SalesQuery['set'];
  names?: readonly FilterName[];
  styles?: boolean;
}) {
  const text = useText();
  const { language } = useSalesWords();
  const set = names.some((name) => query.ids(name).length > 0) || query.all('pay_style').length > 0;
  return (
    <Flex wrap gap="small" align="center" className="sales-filters">
      {names.map((name) => (
        <NameSelect key={name} kind={name} ids={query.ids(name)} onChange={(ids) => change({ [name]: ids })} />
      ))}
      {styles && (
        <Select
          mode="multiple"
          className="sales-filter"
          maxTagCount="responsive"
          aria-label={text('payStyle')}
          placeholder={text('payStyle')}
          value={query.all('pay_style')}
          onChange={(values: string[]) => change({ pay_style: values })}
          showSearch={{ optionFilterProp: 'label' }}
          options={Object.entries(payStyleWords).map(([value, [en, zh]]) => ({ value, label: language === 'zh' ? zh : en }))}
        />
      )}
      {set && (
        <Button type="link" onClick={() => change(Object.fromEntries([...names, 'pay_style'].map((name) => [name, undefined])))}>
          {text('clear')}
        </Button>
      )}
    </Flex>
  );
}

/** Of ten thousand machines those are offered that fit what is typed. */
function NameSelect({ kind, ids, onChange }: { kind: FilterName; ids: readonly number[]; onChange: (ids: number[]) => void }) {
  const text = useText();
  const [find, setFind] = useState('');
  const [open, setOpen] = useState(false);
  const read = useRead(
    'GET /sales/names',
    { query: { kind, find, ...(ids.length > 0 && { id: [...ids] }) } },
    { enabled: open || ids.length > 0 },
  );
  const options = (read.data?.items ?? []).map(({ id, name, code }) => ({
    value: id,
    label: kind === 'machine' && name !== code ? `${name} ${code}` : name || code,
  }));
  return (
    <Select
      mode="multiple"
      className="sales-filter"
      maxTagCount="responsive"
      aria-label={text(kind)}
      placeholder={text(kind)}
      value={[...ids]}
      onChange={onChange}
      onOpenChange={setOpen}
      loading={read.isFetching}
      showSearch={{ filterOption: false, onSearch: setFind }}
      options={options}
    />
  );
}
