import type { EnvelopeOptions } from '@polyvend/protocols/owitho';
import { listChannelTokens } from '../../../ledger/channel-links/channel-token.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { secretKeyOf } from '../integration.ts';

/** What a call to a third party is signed with: every token that it has and is valid, the newest first, or the secret key where it has none. */
export async function stampOf(ledger: Ledger, integration: Integration): Promise<EnvelopeOptions> {
  const tokens = await listChannelTokens(ledger, integration.merchant.id, integration.id);
  return {
    appId: integration.wireId,
    tokens: tokens.map(({ token }) => token),
    secretKey: secretKeyOf(integration),
    utc: ledger.clock.now().getTime(),
  };
}
