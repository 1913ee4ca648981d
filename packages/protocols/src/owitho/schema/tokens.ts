import { type Static, Type } from 'typebox';
import { type Fields, readText } from '../../shared/fields.ts';
import { parseData, readTime } from './reading.ts';
import { tokenLength } from './values.ts';

/** The query of `GET /getAccessToken`. */
export const TokenParams = Type.Object({
  appId: Type.String({ description: '第三方平台appId' }),
  salt: Type.String({ pattern: '^[1-9]\\d{3}$', description: 'A random number from 1000 to 9999' }),
  utc: Type.String({ pattern: '^\\d{1,16}$', description: '请求时间戳, ms' }),
  signature: Type.String({ description: 'Lower-case hex MD5, see sign.ts' }),
});
export type TokenParams = Static<typeof TokenParams>;

export const TokenAnswer = Type.Object({
  accessToken: Type.String({ maxLength: tokenLength, description: '获取到的凭证' }),
  expireTime: Type.Integer({ description: '凭证到期时间, ms' }),
});

export interface Token {
  readonly accessToken: string;
  readonly expireTime: Date;
}

/** @throws FieldError. */
export function readToken(data: unknown): Token {
  const fields: Fields = parseData(data);
  return {
    accessToken: readText(fields, 'accessToken', { max: tokenLength }),
    expireTime: readTime(fields, 'expireTime'),
  };
}
