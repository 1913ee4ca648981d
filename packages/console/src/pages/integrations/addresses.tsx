import { Alert, Typography } from 'antd';
import { useRead } from '../../api/hooks.ts';
import { Loaded } from '../../shared/page.tsx';
import type { Whole } from './integration.tsx';
import { useText } from './text.ts';
import { useCallWords } from './words.ts';

/** What the other side is given, to call us. */
export function Addresses({ integration: { id, dialect } }: { integration: Whole['integration'] }) {
  const text = useText();
  const words = useCallWords(dialect);
  const read = useRead('GET /integrations/{integration}/urls', { params: { integration: id } });
  return (
    <section className="panel">
      <h2 className="sub">{text('addresses')}</h2>
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('noAddresses')}>
        {({ base, mount, items }) => {
          const root = base || window.location.origin;
          return (
            <>
              <p className="soft">{text('addressesAbout')}</p>
              {base === '' && <Alert type="warning" showIcon title={text('addressGuessed')} style={{ marginBottom: 12 }} />}
              <dl className="facts">
                <div>
                  <dt>{text('base')}</dt>
                  <dd>
                    <Typography.Text code copyable={{ text: root }}>
                      {root}
                    </Typography.Text>
                  </dd>
                </div>
                <div>
                  <dt>{text('mounted')}</dt>
                  <dd>
                    <Typography.Text code copyable={{ text: root + mount }}>
                      {root + mount}
                    </Typography.Text>
                  </dd>
                </div>
              </dl>
              <div className="scroll">
                <table className="paths">
                  <tbody>
                    {items.map(({ name, method, path, summary }) => (
                      <tr key={`${method} ${path}`}>
                        <td>{method}</td>
                        <td>
                          <code>{path}</code>
                        </td>
                        <td className="soft">{words.call(name, summary)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
