import { App, Button, Flex } from 'antd';
import { useEffect } from 'react';
import { useChange, useRead } from '../../api/hooks.ts';
import { Loaded } from '../../shared/page.tsx';
import { Side } from '../../shared/side.tsx';
import { DifferenceTable } from './difference-table.tsx';
import type { Change } from './draft.ts';
import { useText } from './text.ts';

/** Exactly what will change, by the hub's own rules; then it is done. */
export function PreviewDrawer({
  machine,
  changes,
  close,
  applied,
}: {
  machine: number;
  changes: Change[];
  close: () => void;
  applied: () => void;
}) {
  const text = useText();
  const { message } = App.useApp();
  // Asked anew whenever it is opened: the machine may have changed.
  const read = useRead('POST /machines/{machine}/planogram/preview', { params: { machine }, body: { changes } });
  const { refetch } = read;
  useEffect(() => void refetch(), [refetch]);
  const apply = useChange('PUT /machines/{machine}/planogram', {
    makesOld: ['GET /machines', 'GET /goods'],
    said: text('applied'),
    done: applied,
    failed(error) {
      if (error.code !== 'planogram.stale') return false;
      void message.warning(text('stale'), 6);
      void refetch();
      return true;
    },
  });
  const preview = read.data;
  const isPossible = preview !== undefined && preview.problems.length === 0 && preview.slots.length > 0;
  return (
    <Side
      title={text('previewTitle')}
      onClose={close}
      size={560}
      footer={
        <Flex justify="space-between" align="center" gap="small">
          <span className="soft">
            {isPossible && text('summary', { slots: preview.slots.length, pieces: preview.taken_out })}
          </span>
          <Button
            type="primary"
            disabled={!isPossible || read.isFetching}
            loading={apply.isPending}
            onClick={() => preview && apply.mutate({ params: { machine }, body: { version: preview.version, changes } })}
          >
            {text('apply')}
          </Button>
        </Flex>
      }
    >
      <Loaded read={read}>
        {(shown) =>
          shown.slots.length === 0 && shown.problems.length === 0 ? (
            <p className="soft">{text('nothing')}</p>
          ) : (
            <DifferenceTable preview={shown} />
          )
        }
      </Loaded>
    </Side>
  );
}
