import { Alert } from 'antd';
import { useState } from 'react';
import { useErrorText } from './error-text.ts';

/** What went wrong with what was sent, for who shows it where it was filled in: `failed` is for the change, `said` for `Problem`. */
export function useProblem() {
  const errorText = useErrorText();
  const [said, setSaid] = useState('');
  return {
    said,
    forget: () => setSaid(''),
    failed(error: unknown) {
      setSaid(errorText(error));
      return true;
    },
  };
}

export const Problem = ({ said, marginBottom = 16 }: { said: string; marginBottom?: number }) =>
  said === '' ? null : <Alert type="error" showIcon title={said} style={{ marginBottom }} />;
