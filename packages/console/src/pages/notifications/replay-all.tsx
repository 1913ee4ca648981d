import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useReplay } from './notification-list.tsx';
import { useText } from './text.ts';

const since = { today: 86_400, week: 7 * 86_400 } as const;

/** All that were given up since a time, of one integration or of all. */
export function ReplayAll({ integration }: { integration: number | undefined }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const [period, setPeriod] = useState<keyof typeof since>('today');
  const replay = useReplay(() => setOpen(false));
  function send() {
    const from = new Date(Date.now() - since[period] * 1000).toISOString();
    replay.mutate({ body: { failed_since: from, ...(integration && { integration }) } });
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text('replayAll')}</Button>
      <Modal
        open={open}
        title={text('replayAllTitle')}
        okText={text('replay')}
        confirmLoading={replay.isPending}
        onOk={send}
        onCancel={() => setOpen(false)}
      >
        <p>{text('replayAbout')}</p>
        <Select
          aria-label={text('replaySince')}
          value={period}
          onChange={setPeriod}
          style={{ width: '100%' }}
          options={[
            { value: 'today', label: text('today') },
            { value: 'week', label: text('week') },
          ]}
        />
      </Modal>
    </>
  );
}
