import { Alert, Button, Flex } from 'antd';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { useText } from './text.ts';

/** Endpoints that fail, or were switched off because they failed for days. */
export function Endpoints() {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const read = useRead('GET /endpoints', {}, { live: ['endpoint'], every: 30_000 });
  const enable = useChange('POST /endpoints/enable', {
    makesOld: ['GET /endpoints', 'GET /notifications'],
    said: text('enabled'),
    perRow: true,
  });
  const items = read.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Flex vertical gap="small" style={{ marginBottom: 12 }}>
      {items.map(({ endpoint, failing_since: since, disabled_at: disabled, waiting: count }) => (
        <Alert
          key={endpoint}
          type={disabled ? 'error' : 'warning'}
          showIcon
          title={
            disabled
              ? text('disabled', { endpoint, count: format.number(count) })
              : text('failing', { endpoint, count: format.number(count), time: since ? format.time(since) : '' })
          }
          action={
            disabled !== null &&
            may('notifications.replay') && (
              <Button size="small" onClick={() => enable.mutate({ body: { endpoint } })}>
                {text('enable')}
              </Button>
            )
          }
        />
      ))}
    </Flex>
  );
}
