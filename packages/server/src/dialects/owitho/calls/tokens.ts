import { readAnswer, readToken, tokenUrl } from '@polyvend/protocols/owitho';
import type { Errand } from '../../../http/errand.ts';
import { eachApart } from '../../../ledger/apart.ts';
import type { ChannelToken } from '../../../ledger/channel-links/channel-token.ts';
import { keepChannelToken } from '../../../ledger/channel-links/keep-channel-token.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import { listIntegrations } from '../../../ledger/integrations/list-integrations.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { GuardedHttp } from '../../../notifications/index.ts';
import { dialect, roles, secretKeyOf, thirdPartySettings } from '../integration.ts';

/** Seconds before its end at which a token is replaced. */
const ahead = 600;

/** The token to sign with; all processes share it. @throws Error when there is none to be had. */
export function tokenOf(ledger: Ledger, http: Pick<GuardedHttp, 'request'>, integration: Integration): Promise<ChannelToken> {
  const { platformUrl, tokenOverlap } = thirdPartySettings(integration);
  return keepChannelToken(ledger, {
    merchantId: integration.merchant.id,
    integrationId: integration.id,
    ahead,
    overlap: tokenOverlap,
    async fetch() {
      const stamp = { appId: integration.wireId, secretKey: secretKeyOf(integration), utc: ledger.clock.now().getTime() };
      const { status, body } = await http.request('GET', tokenUrl(platformUrl, stamp));
      const { accessToken, expireTime } = readToken(readAnswer(status, body));
      return { token: accessToken, validUntil: expireTime };
    },
  });
}

/** Has a token ready before one is needed, and a new one before it ends: a platform signs what it tells us with them, too. */
export const keepTokens: Errand = async ({ ledger, http, logger }) => {
  await eachApart(await listIntegrations(ledger, dialect, roles.thirdParty), async (integration) => {
    if (thirdPartySettings(integration).platformUrl === '') return;
    await tokenOf(ledger, http, integration).catch((error: unknown) =>
      logger.warn({ err: error, merchantId: integration.merchant.id, integrationId: integration.id }, 'no token could be had'),
    );
  });
};
