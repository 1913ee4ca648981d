import type { FormInstance } from 'antd';
import type { ApiError } from '../api/client.ts';
import { useReasonText } from './error-text.ts';

/** For the `failed` of a change: puts what is wrong at the field of the form that the hub names. False where the form has none of that name. */
export function useAtField(form: FormInstance): (error: ApiError) => boolean {
  const reasonText = useReasonText();
  return (error) => {
    const named = error.field?.split('.').at(-1);
    const field = form.getFieldsError().find(({ name }) => name.at(-1) === named);
    if (named === undefined || !field) return false;
    form.setFields([{ name: field.name, errors: [reasonText(error)] }]);
    form.scrollToField(field.name, { block: 'center' });
    return true;
  };
}
