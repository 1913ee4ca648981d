import { Alert, Col, Flex, Row, Tag } from 'antd';
import { Link, useParams } from 'react-router';
import type { Answer } from '../../../api/client.ts';
import { useRead } from '../../../api/hooks.ts';
import { useMay } from '../../../api/session.tsx';
import { useFormat } from '../../../shared/format.ts';
import { ownPicture } from '../../../shared/own-picture.ts';
import { Loaded, Page } from '../../../shared/page.tsx';
import { useMachineWords } from '../commands/machine-errors.ts';
import { SlotHistory } from './slot-history.tsx';
import { BackOnSale, ClearFault, TestDispense } from './steps.tsx';
import { useText } from './text.ts';
import './slot-check.css';

export type Slot = Answer<'GET /machines/{machine}/slots/{slot}'>;

/** A slot that does not do what it should: tested, mended, and put back on sale, on one page. */
export default function SlotCheck() {
  const { machine = '', slot = '' } = useParams();
  const text = useText();
  const may = useMay();
  const params = { machine: Number(machine), slot: Number(slot) };
  const live = ['slot', 'stock', 'dispense', 'machine', 'planogram'];
  const read = useRead('GET /machines/{machine}/slots/{slot}', { params }, { live });
  // Its own page begins with what was read here.
  const at = useRead('GET /machines/{machine}', { params: { machine: params.machine } }, { live });
  const name = read.data?.name ?? '';
  return (
    <Page title={text('title', { slot: name })}>
      {at.data && (
        <p className="slot-where">
          <Link to={`/machines/${params.machine}`}>{text('machine', { no: at.data.machine_no, name: at.data.name })}</Link>
        </p>
      )}
      <Loaded read={read}>
        {(one) => (
          <Row gutter={[16, 16]}>
            <Col xs={24} lg={8}>
              <SlotFacts slot={one} />
            </Col>
            <Col xs={24} lg={16}>
              {one.merged_into_id !== null ? (
                <Alert
                  type="info"
                  showIcon
                  title={text('merged')}
                  action={<Link to={`/machines/${params.machine}/slots/${one.merged_into_id}`}>{text('toOther')}</Link>}
                />
              ) : (
                may('machines.command') && (
                  <div className="slot-steps">
                    <TestDispense slot={one} online={at.data?.online ?? true} />
                    <ClearFault slot={one} />
                    <BackOnSale slot={one} />
                  </div>
                )
              )}
            </Col>
            <Col span={24}>
              <SlotHistory machineId={params.machine} slotId={params.slot} />
            </Col>
          </Row>
        )}
      </Loaded>
    </Page>
  );
}

function SlotFacts({ slot }: { slot: Slot }) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const { goods_name, price_cents, on_hand, capacity, reserved, on_sale, fault_code, fault_said_at, picture_url } = slot;
  return (
    <section className="panel slot-facts">
      {ownPicture(picture_url) !== '' && <img src={ownPicture(picture_url)} alt="" loading="lazy" />}
      <dl className="facts">
        <div>
          <dt>{text('goods')}</dt>
          <dd>{goods_name || text('noGoods')}</dd>
        </div>
        <div>
          <dt>{text('price')}</dt>
          <dd>{format.money(price_cents)}</dd>
        </div>
        <div>
          <dt>{text('stock')}</dt>
          <dd>{text('stockOf', { onHand: on_hand, capacity, reserved })}</dd>
        </div>
        <div>
          <dt>{text('state')}</dt>
          <dd>
            <Flex gap="small" wrap>
              <Tag color={fault_code === 1 ? 'success' : 'error'}>
                {fault_code === 1 ? text('works') : text('faulty', { fault: words.fault(fault_code) })}
              </Tag>
              {on_sale && fault_code !== 1 ? (
                <Tag>{text('sellsOnceCleared')}</Tag>
              ) : (
                <Tag color={on_sale ? 'success' : 'warning'}>{text(on_sale ? 'sells' : 'offSale')}</Tag>
              )}
            </Flex>
            {fault_code !== 1 && fault_said_at !== null && (
              <div className="soft">{text('since', { time: format.time(fault_said_at) })}</div>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
