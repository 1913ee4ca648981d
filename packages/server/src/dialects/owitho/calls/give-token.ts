import { randomBytes } from 'node:crypto';
import { type Token, tokenLifeMs } from '@polyvend/protocols/owitho';
import { issueChannelToken } from '../../../ledger/channel-links/issue-channel-token.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { Refusal } from '../errors.ts';
import { platformSettings } from '../integration.ts';

/** A new token for a third party: it ends the one before after the overlap. */
export async function giveToken(ledger: Ledger, integration: Integration): Promise<Token> {
  const { tokenOverlap, tokensPerDay } = platformSettings(integration);
  const issued = await issueChannelToken(ledger, {
    merchantId: integration.merchant.id,
    integrationId: integration.id,
    token: randomBytes(32).toString('hex'),
    validFor: tokenLifeMs / 1000,
    overlap: tokenOverlap,
    perDay: tokensPerDay,
  });
  if (!issued) throw new Refusal('failed', 'too many tokens today');
  return { accessToken: issued.token, expireTime: issued.validUntil };
}
