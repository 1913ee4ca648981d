import { CheckCircleFilled } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Answer, call } from '../../api/client.ts';
import { type Permission, useMay } from '../../api/session.tsx';
import { defineText } from '../../shared/text.ts';

const useText = defineText('first-steps', {
  en: {
    title: 'First steps',
    done: 'done',
    goods: 'Add the goods that you sell',
    machine: 'Add a machine',
    planogram: 'Say what is in its slots',
    stock: 'Fill it',
    integration: 'Connect who sells through it, or takes payments',
    sale: 'Make the first sale: it is seen here as it happens',
  },
  zh: {
    title: '开始使用',
    done: '已完成',
    goods: '添加要销售的商品',
    machine: '添加机器',
    planogram: '设置各货道的商品',
    stock: '补货',
    integration: '接入销售或支付平台',
    sale: '完成第一笔销售，结果会实时显示在这里',
  },
});

type Steps = Answer<'GET /first-steps'>;

/** What comes before the first sale; undefined while it is not known. Who can do something about it sees what is done of it. */
export function useFirstSteps(): Steps | undefined {
  const may = useMay();
  const { data } = useQuery<Steps>({
    queryKey: ['GET /first-steps', {}],
    queryFn: ({ signal }) => call('GET /first-steps', {}, signal),
    refetchInterval: ({ state }) => (state.data && isLeft(state.data) && may('machines.write') ? 5_000 : false),
  });
  return data;
}

/** Who has sold something knows the way. */
export const isLeft = ({ sale }: Steps): boolean => !sale;

/** For who sets a merchant up: each step with the way to it, ticked off when it is done. */
export function FirstSteps({ steps }: { steps: Steps }) {
  const text = useText();
  const may = useMay();
  const { machine_id: machine } = steps;
  const list: { step: Parameters<typeof text>[0]; done: boolean; to?: string | false; needs?: Permission }[] = [
    { step: 'goods', done: steps.goods, to: '/goods', needs: 'goods.write' },
    { step: 'machine', done: machine !== null, to: '/machines/new', needs: 'machines.write' },
    {
      step: 'planogram',
      done: steps.planogram,
      to: machine !== null && `/machines/${machine}/planogram`,
      needs: 'planogram.write',
    },
    { step: 'stock', done: steps.stock, to: machine !== null && `/refill/${machine}`, needs: 'stock.write' },
    { step: 'integration', done: steps.integration, to: '/integrations/new', needs: 'integrations.write' },
    { step: 'sale', done: steps.sale },
  ];
  return (
    <section className="panel first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">{text('title')}</h2>
      <ol>
        {list.map(({ step, done, to, needs }) => (
          <li key={step} className={done ? 'soft' : ''}>
            {done ? <CheckCircleFilled aria-label={text('done')} /> : <span className="first-steps-open" aria-hidden />}
            {!done && to && needs && may(needs) ? <Link to={to}>{text(step)}</Link> : text(step)}
          </li>
        ))}
      </ol>
    </section>
  );
}
