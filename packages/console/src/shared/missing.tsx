import { Result } from 'antd';
import { LinkButton } from './link-button.tsx';

/** In the place of a page that is not there, with a way on. */
export function Missing({ title, to, back }: { title: string; to: string; back: string }) {
  return (
    <Result
      status="404"
      title={<h1 className="page-title">{title}</h1>}
      extra={
        <LinkButton to={to} type="primary">
          {back}
        </LinkButton>
      }
    />
  );
}
