/** A real Vendure on the bench: people buy, pay, use coupons and are refunded there as they do, through its own APIs. */
import * as z from 'zod/mini';
import { currency, parseMoney } from '../../../functions/domain/money.ts';
import type { OrderToPlace, PlacedOrder, ShopBench, ShopCoupon } from '../bench.ts';
import { type Door, openDoor, startVendure, superadmin, type Visitor, visitor } from './server.ts';

const sold = currency.parse('USD');

export interface VendureOrder extends OrderToPlace {
  /** Costs 5.00. */
  readonly courier?: boolean;
  /** A refund of cash is pending until `settleRefunds`. */
  readonly cash?: boolean;
  /** Leaves the cart at the cash desk. */
  readonly unpaid?: boolean;
}

export interface VendureBench extends ShopBench {
  /** The Admin API as the owner uses it, beside the door. */
  readonly admin: Visitor;
  readonly door: Door;
  buy(order: VendureOrder): Promise<PlacedOrder>;
  /** Takes pieces of 1.00 out of an order, without giving money back. */
  cancelPieces(order: PlacedOrder, pieces: number): Promise<void>;
  settleRefunds(order: PlacedOrder): Promise<void>;
  ship(order: PlacedOrder): Promise<void>;
}

const failure = '... on ErrorResult { errorCode message }';
const anything = z.unknown();
const id = z.string();

const methods = z.object({ eligibleShippingMethods: z.array(z.object({ id, name: z.string() })) });
const cart = z.object({ activeOrder: z.object({ id, code: z.string() }) });
const bought = z.object({ addPaymentToOrder: z.object({ id, code: z.string(), state: z.string() }) });
const paid = z.object({
  order: z.object({
    lines: z.array(z.object({ id, quantity: z.int(), productVariant: z.object({ id }) })),
    payments: z.array(
      z.object({
        id,
        amount: z.int(),
        refunds: z.array(z.object({ id, state: z.string(), total: z.int() })),
      }),
    ),
  }),
});
const promotions = z.object({
  promotions: z.object({
    items: z.array(
      z.object({ couponCode: z.string(), enabled: z.boolean(), usageLimit: z.int(), endsAt: z.string() }),
    ),
  }),
});
const orders = z.object({
  orders: z.object({ items: z.array(z.object({ state: z.string(), couponCodes: z.array(z.string()) })) }),
});

/** The variants that the shop sells: a piece of 1.00 and a crumb of 0.01. */
const piece = '1';
const crumb = '2';

/** Sums are those of the goods; a coupon's discount goes off. */
const shoppingFor = (total: string): readonly { readonly variant: string; readonly quantity: number }[] => {
  const minor = parseMoney(total, sold);
  if (minor === undefined || minor === 0) throw new Error(`expected a sum of money, got ${total}`);
  return [
    { variant: piece, quantity: Math.floor(minor / 100) },
    { variant: crumb, quantity: minor % 100 },
  ].filter(({ quantity }) => quantity > 0);
};

const buyAs = async (shop: Visitor, order: VendureOrder): Promise<PlacedOrder> => {
  for (const wanted of shoppingFor(order.total))
    await shop(
      `mutation ($variant: ID!, $quantity: Int!) {
        addItemToOrder(productVariantId: $variant, quantity: $quantity) { __typename ${failure} } }`,
      anything,
      wanted,
    );
  await shop(
    `mutation ($email: String!) {
      setCustomerForOrder(input: { emailAddress: $email, firstName: "Ana", lastName: "Guest" }) { __typename ${failure} }
      setOrderShippingAddress(input: { streetLine1: "Calle 1", countryCode: "ES" }) { __typename ${failure} } }`,
    anything,
    { email: order.email },
  );
  const { eligibleShippingMethods } = await shop('{ eligibleShippingMethods { id name } }', methods);
  const way = order.courier === true ? 'Courier' : 'Collected';
  await shop(
    `mutation ($ids: [ID!]!) { setOrderShippingMethod(shippingMethodId: $ids) { __typename ${failure} } }`,
    anything,
    { ids: eligibleShippingMethods.filter(({ name }) => name === way).map((method) => method.id) },
  );
  if (order.coupon !== undefined)
    await shop(
      `mutation ($code: String!) { applyCouponCode(couponCode: $code) { __typename ${failure} } }`,
      anything,
      { code: order.coupon },
    );
  await shop(
    `mutation { transitionOrderToState(state: "ArrangingPayment") { __typename ${failure} } }`,
    anything,
  );
  const { activeOrder } = await shop('{ activeOrder { id code } }', cart);
  if (order.unpaid !== true) {
    const method = order.status === 'pending' ? 'later' : order.cash === true ? 'cash' : 'card';
    await shop(
      `mutation ($method: String!) {
        addPaymentToOrder(input: { method: $method, metadata: {} }) { ... on Order { id code state } ${failure} } }`,
      bought,
      { method },
    );
  }
  return { number: activeOrder.code, id: activeOrder.id };
};

const paidFor = async (admin: Visitor, order: PlacedOrder) => {
  const told = await admin(
    `query ($id: ID!) { order(id: $id) {
      lines { id quantity productVariant { id } } payments { id amount refunds { id state total } } } }`,
    paid,
    { id: order.id },
  );
  return told.order;
};

const refund = async (admin: Visitor, order: PlacedOrder, amount?: string): Promise<void> => {
  const [payment] = (await paidFor(admin, order)).payments;
  if (payment === undefined) throw new Error('nobody paid for it');
  const given = payment.refunds.reduce((sum, { total }) => sum + total, 0);
  const wanted = amount === undefined ? payment.amount - given : parseMoney(amount, sold);
  await admin(
    `mutation ($input: RefundOrderInput!) { refundOrder(input: $input) { __typename ${failure} } }`,
    anything,
    // SQLite takes no refund without these three, whatever the amount says.
    { input: { paymentId: payment.id, amount: wanted, lines: [], shipping: 0, adjustment: 0 } },
  );
};

const cancel = async (admin: Visitor, input: object): Promise<void> => {
  await admin(
    `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename ${failure} } }`,
    anything,
    { input },
  );
};

const cancelPieces = async (admin: Visitor, order: PlacedOrder, pieces: number): Promise<void> => {
  const { lines } = await paidFor(admin, order);
  const line = lines.find(({ productVariant }) => productVariant.id === piece);
  await cancel(admin, { orderId: order.id, lines: [{ orderLineId: line?.id, quantity: pieces }] });
};

const settleRefunds = async (admin: Visitor, order: PlacedOrder): Promise<void> => {
  const { payments } = await paidFor(admin, order);
  for (const { id: pending } of payments.flatMap(({ refunds }) => refunds))
    await admin(
      `mutation ($id: ID!) { settleRefund(input: { id: $id, transactionId: "cash" }) { __typename ${failure} } }`,
      anything,
      { id: pending },
    );
};

const ship = async (admin: Visitor, order: PlacedOrder): Promise<void> => {
  const { lines } = await paidFor(admin, order);
  const sent = z.object({ addFulfillmentToOrder: z.object({ id }) });
  const handler = { code: 'manual-fulfillment', arguments: [{ name: 'method', value: 'by hand' }] };
  const { addFulfillmentToOrder } = await admin(
    `mutation ($input: FulfillOrderInput!) {
      addFulfillmentToOrder(input: $input) { ... on Fulfillment { id } ${failure} } }`,
    sent,
    { input: { handler, lines: lines.map((line) => ({ orderLineId: line.id, quantity: line.quantity })) } },
  );
  await admin(
    `mutation ($id: ID!) { transitionFulfillmentToState(id: $id, state: "Shipped") { __typename ${failure} } }`,
    anything,
    { id: addFulfillmentToOrder.id },
  );
};

const couponsOf = async (admin: Visitor, code: string): Promise<readonly ShopCoupon[]> => {
  const { promotions: held } = await admin(
    `query ($code: String!) { promotions(options: { filter: { couponCode: { eq: $code } }, sort: { id: ASC } }) {
      items { couponCode enabled usageLimit endsAt } } }`,
    promotions,
    { code },
  );
  const { orders: placed } = await admin(
    '{ orders(options: { filter: { active: { eq: false } } }) { items { state couponCodes } } }',
    orders,
  );
  const uses = placed.items.filter(
    ({ state, couponCodes }) => state !== 'Cancelled' && couponCodes.includes(code),
  ).length;
  return held.items.map(({ couponCode, enabled, usageLimit, endsAt }) => ({
    code: couponCode,
    uses,
    usable: enabled && uses < usageLimit && Date.parse(endsAt) > Date.now(),
    expiresAt: endsAt,
  }));
};

/** Starts a shop of its own, which ends with `close` or with this process. */
export const openVendureBench = async (): Promise<VendureBench> => {
  const running = await startVendure(sold);
  const door = await openDoor(running.url);
  const admin = visitor(`${running.url}/admin-api`);
  await admin(
    `mutation ($username: String!, $password: String!) {
      login(username: $username, password: $password) { __typename ${failure} } }`,
    anything,
    superadmin,
  );
  const buy = async (order: VendureOrder): Promise<PlacedOrder> => {
    if (order.test === true) throw new Error('Vendure knows no test orders');
    const placed = await buyAs(visitor(`${running.url}/shop-api`), order);
    if (order.status === 'cancelled') await cancel(admin, { orderId: placed.id, cancelShipping: true });
    return placed;
  };
  return {
    kind: 'vendure',
    section: { kind: 'vendure', url: `${door.url}/admin-api` },
    secrets: superadmin,
    currency: sold,
    products: [],
    admin,
    door,
    buy,
    place: buy,
    refund: (order, amount) => refund(admin, order, amount),
    cancel: (order) => cancel(admin, { orderId: order.id, cancelShipping: true }),
    cancelPieces: (order, pieces) => cancelPieces(admin, order, pieces),
    settleRefunds: (order) => settleRefunds(admin, order),
    ship: (order) => ship(admin, order),
    coupons: (code) => couponsOf(admin, code),
    // Vendure sends nothing by itself.
    hook: async () => undefined,
    calls: () => door.asked.length,
    close: async () => {
      await door.close();
      await running.end();
    },
  };
};
