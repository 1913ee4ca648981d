import { refuse } from '../../ledger/errors.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { listCredentials } from '../../ledger/integrations/list-credentials.ts';
import type { Call, Shape } from '../route.ts';

type Named = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { integration: number } };

/** Each set of credentials of an active integration that counts, the new ones first. Refuses integration.unknown. */
export async function credentialsOf({ ledger, merchantId, params }: Named): Promise<[Integration, ...Integration[]]> {
  const [current, ...previous] = await listCredentials(ledger, merchantId, params.integration);
  return current ? [current, ...previous] : refuse('integration.unknown', `integration ${params.integration}`);
}

export const integrationOf = async (call: Named): Promise<Integration> => (await credentialsOf(call))[0];
