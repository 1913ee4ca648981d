import { type Static, type TSchema, Type } from 'typebox';
import { type BohType, bohTypes } from './dictionaries.ts';
import { Id, Text, Time } from './values.ts';

export const gatewayPath = '/gateway';
export const headers = { app: 'X-QianHub-App', sign: 'X-QianHub-Sign' } as const;
export const protocolVersion = '1.0';

export const actions = {
  test: 'qianhub.test',
  listShop: 'qianhub.agent.list-shop',
  query: 'qianhub.agent.query',
  batchQuery: 'qianhub.agent.batch-query',
} as const;

export const Envelope = Type.Object({
  version: Type.Literal(protocolVersion),
  action: Type.Enum(Object.values(actions)),
  body: Type.Optional(Type.Unknown()),
});

const range = {
  shop_id: Id,
  begin: Type.String({ description: 'YYYY-MM-DD HH:mm:ss in the shop’s zone, inclusive' }),
  end: Type.String({ description: 'the same, inclusive' }),
};

export const QueryBody = Type.Object({ ...range, boh_type: Type.Enum(bohTypes) });
export type QueryBody = Static<typeof QueryBody>;

export const BatchQueryBody = Type.Object({ ...range, boh_types: Type.Array(Type.Enum(bohTypes)) });
export type BatchQueryBody = Static<typeof BatchQueryBody>;

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const mayLack = <T extends TSchema>(schema: T) => Type.Optional(nullable(schema));

/** 门店. The last three came after the document: when it opened, the business day that was closed last, when it was made. */
export const Shop = Type.Object({
  brand_id: Id,
  brand_name: Text,
  shop_id: Id,
  sn: Text,
  shop_name: Text,
  shop_address: mayLack(Text),
  shop_contact: mayLack(Text),
  business_on: mayLack(Text),
  latest_business_day: mayLack(Text),
  create_on: mayLack(Text),
});
export type Shop = Static<typeof Shop>;

export const ShopList = Type.Object({ shops: Type.Array(Shop) });

/**
 * One of what a query answers. The document's samples write `shop_id` as `shop_10` too, a slip: either is read, `shop_id` is sent.
 * `create_on` is the time of a handover and of a day end.
 */
export const RecordEnvelope = Type.Object({
  shop_id: Type.Optional(Id),
  shop_10: Type.Optional(Id),
  staff_id: Id,
  staff_name: Text,
  boh_type: Type.Enum(bohTypes),
  json: Type.Object({}),
  create_on: mayLack(Time),
});

/** A record as it is sent, one of the list that a query answers. */
export interface SentRecord {
  shop_id: number;
  staff_id: number;
  staff_name: string;
  boh_type: BohType;
  json: object;
  create_on?: string | null;
}
