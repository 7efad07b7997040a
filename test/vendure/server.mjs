/**
 * A real Vendure shop in memory, on a free port of this machine: `node server.mjs <superadmin> <password> <currency>`.
 * It prints `listening on <address>` once it can sell, and ends when its stdin closes, so that it outlives no test.
 */
import process from 'node:process';

// Vendure would report its start to its makers.
process.env.VENDURE_DISABLE_TELEMETRY = 'true';
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0));
process.stdin.resume();

const { bootstrap, DefaultLogger, LogLevel, PaymentMethodHandler } = await import('@vendure/core');
const { populateInitialData } = await import('@vendure/core/cli/index.js');

const [identifier = 'superadmin', password = 'superadmin', currency = 'EUR'] = process.argv.slice(2);

/** A card: money comes and goes at once, or is only authorized. */
const card = new PaymentMethodHandler({
  code: 'card',
  description: [{ languageCode: 'en', value: 'Card' }],
  args: { settles: { type: 'boolean' } },
  createPayment: (_context, _order, amount, { settles }) => ({
    amount,
    state: settles ? 'Settled' : 'Authorized',
    metadata: {},
  }),
  settlePayment: () => ({ success: true }),
  createRefund: () => ({ state: 'Settled', transactionId: 'refund' }),
});

/** Money that people move by hand: without `createRefund` a refund stays pending until somebody settles it. */
const cash = new PaymentMethodHandler({
  code: 'cash',
  description: [{ languageCode: 'en', value: 'Cash' }],
  args: {},
  createPayment: (_context, _order, amount) => ({ amount, state: 'Settled', metadata: {} }),
  settlePayment: () => ({ success: true }),
});

const byCard = (settles) => ({ code: 'card', arguments: [{ name: 'settles', value: String(settles) }] });

const initialData = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  countries: [{ name: 'Spain', code: 'ES', zone: 'Europe' }],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [
    { name: 'Collected', price: 0, taxRate: 0 },
    { name: 'Courier', price: 500, taxRate: 0 },
  ],
  paymentMethods: [
    { name: 'card', handler: byCard(true) },
    { name: 'later', handler: byCard(false) },
    { name: 'cash', handler: { code: 'cash', arguments: [] } },
  ],
  collections: [],
};

const config = {
  apiOptions: { hostname: '127.0.0.1', port: 0 },
  authOptions: {
    tokenMethod: ['bearer', 'api-key'],
    superadminCredentials: { identifier, password },
    requireVerification: false,
  },
  // Columns are made from the entities; what is sold is gone with the process.
  dbConnectionOptions: { type: 'sqljs', synchronize: true, autoSave: false },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  // Orders are made of pieces of 1.00 and 0.01.
  orderOptions: { orderItemsLimit: 1_000_000, orderLineItemsLimit: 1_000_000 },
  paymentOptions: { paymentMethodHandlers: [card, cash] },
};

const app = await bootstrap(config);
const { port } = app.getHttpServer().address();
const url = `http://127.0.0.1:${port}`;

let token = '';
const admin = async (query, variables = {}) => {
  const response = await fetch(`${url}/admin-api`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  token = response.headers.get('vendure-auth-token') ?? token;
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};

await admin(
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { __typename } }',
  { username: identifier, password },
);
await populateInitialData(app, initialData);

const { zones, activeChannel } = await admin('{ zones { items { id } } activeChannel { id } }');
const zoneId = zones.items[0].id;
await admin(
  `mutation ($input: UpdateChannelInput!) { updateChannel(input: $input) { ... on Channel { id } ... on ErrorResult { message } } }`,
  {
    input: {
      id: activeChannel.id,
      defaultTaxZoneId: zoneId,
      defaultShippingZoneId: zoneId,
      pricesIncludeTax: true,
      availableCurrencyCodes: [currency],
      defaultCurrencyCode: currency,
    },
  },
);

for (const [name, price] of [
  ['Piece', 100],
  ['Crumb', 1],
]) {
  const { createProduct } = await admin(
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }',
    { input: { translations: [{ languageCode: 'en', name, slug: name.toLowerCase(), description: '' }] } },
  );
  await admin(
    'mutation ($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }',
    {
      input: [
        {
          productId: createProduct.id,
          sku: name.toUpperCase(),
          price,
          trackInventory: 'FALSE',
          translations: [{ languageCode: 'en', name }],
        },
      ],
    },
  );
}

process.stdout.write(`listening on ${url}\n`);
