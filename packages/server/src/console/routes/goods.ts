import { type Static, Type } from 'typebox';
import { listAllCategories } from '../../ledger/catalog/list-all-categories.ts';
import { largestPicture, putPicture } from '../../ledger/catalog/put-picture.ts';
import { createGoods, editGoods, type GoodsFields } from '../../ledger/catalog/save-goods.ts';
import { getGoods, searchGoods } from '../../ledger/catalog/search-goods.ts';
import { refuse } from '../../ledger/errors.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Cents, Id, limitOf, Nullable, TextIn, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const GoodsView = Type.Object({
  ...{ id: Id, number: Type.String(), name: Type.String(), full_name: Type.String(), barcode: Type.String() },
  own: Type.Boolean({ description: 'False: another platform’s, which says itself what it is' }),
  ...{ description: Type.String(), content: Type.String(), slug: Type.String(), spec: Type.String(), unit: Type.String() },
  manufacturer: Type.String(),
  packing: Nullable(Type.Integer({ description: '0 bottle, 1 can, 2 bag, 3 box, 4 cup' })),
  category: Type.String({ description: 'Empty where it has none' }),
  ...{ cost_cents: Cents, price_cents: Cents, original_price_cents: Cents, returnable: Type.Boolean() },
  picture_url: Type.String(),
  foreign_picture_url: Type.String({ description: 'The address of one that is served elsewhere' }),
  machines: Type.Integer({ description: 'In so many it is' }),
  updated_at: Time,
});

const CentsIn = Type.Integer({ minimum: 0, maximum: 1e9 });
const fields = {
  full_name: Type.Optional(TextIn(200)),
  barcode: Type.Optional(Type.String({ maxLength: 64, pattern: '^[0-9A-Za-z-]*$' })),
  description: Type.Optional(TextIn(2_000)),
  content: Type.Optional(TextIn(20_000)),
  slug: Type.Optional(TextIn(200)),
  ...{ spec: Type.Optional(TextIn(100)), unit: Type.Optional(TextIn(20)), manufacturer: Type.Optional(TextIn(200)) },
  packing: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 4, description: '0 bottle, 1 can, 2 bag, 3 box, 4 cup' }))),
  category: Type.Optional(Type.String({ maxLength: 100, description: 'By its title; a new one is made. Empty: none' })),
  ...{
    cost_cents: Type.Optional(CentsIn),
    original_price_cents: Type.Optional(CentsIn),
    returnable: Type.Optional(Type.Boolean()),
  },
  foreign_picture_url: Type.Optional(Type.String({ maxLength: 2_000, pattern: '^(https?://.+)?$' })),
};
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
const EditIn = Type.Object(
  { ...fields, name: Type.Optional(Name), price_cents: Type.Optional(CentsIn) },
  { additionalProperties: false, description: 'What is not said stays' },
);

function toFields(body: Static<typeof EditIn>): GoodsFields {
  const { full_name, cost_cents, price_cents, original_price_cents, foreign_picture_url, ...same } = body;
  return {
    ...same,
    fullName: full_name,
    costCents: cost_cents,
    priceCents: price_cents,
    originalPriceCents: original_price_cents,
    foreignPictureUrl: foreign_picture_url,
  };
}

const oneGood = Type.Object({ good: Id });
type OfGood = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { good: number } };
const readGood = async ({ ledger, merchantId, params }: OfGood) => toWire(await getGoods(ledger, merchantId, params.good));
const subject = ({ params }: { params: { good: number } }) => `good ${params.good}`;

export const goodsRoutes = {
  'GET /goods': reading({
    summary: 'The catalogue, by name',
    needs: 'goods.read',
    shape: {
      query: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 100, description: 'A part of number, name or barcode' })),
        category: Type.Optional(TextIn(100)),
        own: Type.Optional(Type.Boolean({ description: 'Without goods of other platforms' })),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e6 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless told' })),
      }),
      answer: Type.Object({ items: Type.Array(GoodsView), total: Type.Integer() }),
    },
    async handle({ ledger, merchantId, query: { q, category, own, offset = 0, ...page } }) {
      const filter = { merchantId, text: q, category, own };
      const { goods, total } = await searchGoods(ledger, filter, { offset, limit: limitOf(page) });
      return { items: toWire(goods), total };
    },
  }),

  'GET /goods/{good}': reading({
    summary: 'One good',
    needs: 'goods.read',
    shape: { params: oneGood, answer: GoodsView },
    handle: readGood,
  }),

  'POST /goods': changing({
    summary: 'A new good of our own',
    description: 'Its number is for good: other systems name it by that.',
    needs: 'goods.write',
    everyMachine: true,
    shape: {
      body: Type.Object(
        {
          ...fields,
          number: Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\w.:-]+$' }),
          name: Name,
          price_cents: CentsIn,
        },
        { additionalProperties: false },
      ),
      answer: GoodsView,
    },
    audit: { subject: ({ body }) => `good ${body.number}`, after: (goods) => goods },
    async handle({ ledger, merchantId, body: { number, ...body }, cause }) {
      const fields = { ...toFields(body), name: body.name };
      const goodsId = await createGoods(ledger, { merchantId, number, fields, cause });
      return toWire(await getGoods(ledger, merchantId, goodsId));
    },
  }),

  'PUT /goods/{good}': changing({
    summary: 'Change a good of our own',
    description: 'Prices of slots stay: what a machine sells for is its planogram’s.',
    needs: 'goods.write',
    everyMachine: true,
    shape: { params: oneGood, body: EditIn, answer: GoodsView },
    audit: { subject, read: readGood },
    async handle(call) {
      const { ledger, merchantId, params, body, cause } = call;
      await editGoods(ledger, { merchantId, goodsId: params.good, fields: toFields(body), cause });
      return await readGood(call);
    },
  }),

  'PUT /goods/{good}/picture': changing({
    summary: 'Give a good its picture: the bytes of a PNG, JPEG, GIF or WebP',
    needs: 'goods.write',
    everyMachine: true,
    bodyLimit: largestPicture,
    shape: { params: oneGood, answer: GoodsView },
    audit: { subject, read: async (call) => ({ picture_url: (await readGood(call)).picture_url }) },
    async handle(call) {
      const { ledger, merchantId, bytes, cause } = call;
      const { own, number } = await readGood(call);
      if (!own) refuse('goods.unknown', `${call.params.good}: another platform’s`);
      await putPicture(ledger, { merchantId, goodsNumber: number, bytes, cause });
      return await readGood(call);
    },
  }),

  'GET /categories': reading({
    summary: 'Categories of goods, in their order',
    needs: 'goods.read',
    shape: {
      answer: Type.Object({
        items: Type.Array(Type.Object({ id: Id, title: Type.String(), visible: Type.Boolean(), goods: Type.Integer() })),
      }),
    },
    async handle({ ledger, merchantId }) {
      const categories = await listAllCategories(ledger, merchantId);
      return { items: categories.map(({ id, title, visible, goods }) => ({ id, title, visible, goods })) };
    },
  }),
};
