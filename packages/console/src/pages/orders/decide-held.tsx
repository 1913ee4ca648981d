import { Button, Flex, Modal } from 'antd';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useText } from './text.ts';

/** Somebody has looked what became of the units of a line of which the machine never spoke. */
export function DecideHeld({ order, line, slot, count }: { order: number; line: number; slot: string; count: number }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const decide = useChange('POST /orders/{order}/lines/{line}/decide', {
    makesOld: ['GET /orders', 'GET /problems'],
    said: text('saidDecided'),
    done: () => setOpen(false),
  });
  const say = (dropped: boolean) => decide.mutate({ params: { order, line }, body: { dropped } });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{`${text('decide')}: ${slot}`}</Button>
      <Modal
        open={open}
        title={text('decideTitle', { slot })}
        onCancel={() => setOpen(false)}
        footer={
          <Flex wrap gap="small" justify="end">
            <Button onClick={() => setOpen(false)}>{text('cancel')}</Button>
            <Button loading={decide.isPending} onClick={() => say(false)}>
              {text('didNotDrop')}
            </Button>
            <Button type="primary" loading={decide.isPending} onClick={() => say(true)}>
              {text('didDrop')}
            </Button>
          </Flex>
        }
      >
        <ul className="order-what">
          <li>{text('decideWhat', { count })}</li>
          <li>{text('decideStock')}</li>
        </ul>
      </Modal>
    </>
  );
}
