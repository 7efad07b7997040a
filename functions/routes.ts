/**
 * THE table of every way in. Infra, the local server and the README's table are derived from it; no route is written down twice.
 * Data only: nothing here may import anything.
 */

/** One Lambda function for each room: a shop's flow calls several verbs in a row and should meet one cold start, not five. */
export type RoomName = 'chat' | 'shop' | 'admin' | 'front';
/** What an API key may be for. `none`: the route needs no key. */
export type Role = 'chat' | 'store' | 'admin' | 'none';
/** What a room may do to the table, in DynamoDB's own words. */
export type TableAction =
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

export interface Room {
  readonly role: Role;
  /** Largest body in bytes; a longer one is answered 413. */
  readonly bodyLimit: number;
  /** Within this many ms of the request's own time stamp an answer leaves, whatever happens. */
  readonly deadlineMs: number;
  /** Lambda's time-out in seconds: a little above the deadline, so that our own answer always comes first. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly access: readonly TableAction[];
  /** Which of the table's indexes it queries. */
  readonly indexes: readonly ('due' | 'coupons')[];
  /** Whether it calls shops, and so reads their credentials. */
  readonly shops: boolean;
  /** What breaks for whom if this function fails; its alarms say it. */
  readonly breaks: string;
}

export interface Route {
  readonly room: RoomName;
  readonly verb: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** A route with a block answers a Dynamic Block v2 under the same path with `/block` appended. */
  readonly block: boolean;
  /** Who is let in: by a key of the room's role, or by the signature of a shop's webhook. */
  readonly by: 'key' | 'signature';
  /** One sentence for the README and the guide of flow builders. */
  readonly does: string;
}

/** One Lambda function for each job. */
export type JobName = 'sweep' | 'send' | 'mirror' | 'settle' | 'reconcile';

/** What starts a job. */
export type Trigger =
  /** EventBridge, every so many minutes. */
  | { readonly kind: 'schedule'; readonly everyMinutes: number }
  /** The FIFO queue of nudges: one message at a time for each account, so many accounts at once. */
  | { readonly kind: 'queue'; readonly accountsAtOnce: number; readonly attempts: number }
  /** The table's stream; only lines that fit one of the patterns start the job. */
  | {
      readonly kind: 'stream';
      readonly batchSize: number;
      readonly attempts: number;
      readonly patterns: readonly object[];
    };

export interface Job {
  readonly trigger: Trigger;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly access: readonly TableAction[];
  readonly indexes: Room['indexes'];
  /** Whether it puts nudges on the queue, reads the tokens of ManyChat accounts, and calls shops. */
  readonly nudges: boolean;
  readonly tokens: boolean;
  readonly shops: boolean;
  readonly does: string;
  readonly breaks: string;
}

const kib = 1024;

export const rooms: Readonly<Record<RoomName, Room>> = {
  chat: {
    role: 'chat',
    bodyLimit: 64 * kib,
    deadlineMs: 7_500,
    timeoutSeconds: 10,
    memoryMb: 512,
    access: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    indexes: ['coupons'],
    shops: true,
    breaks: 'Customers in chat cannot join, claim orders, see their points or take rewards.',
  },
  shop: {
    role: 'store',
    bodyLimit: 1024 * kib,
    deadlineMs: 25_000,
    timeoutSeconds: 29,
    memoryMb: 512,
    access: ['BatchGetItem', 'PutItem', 'DeleteItem'],
    indexes: [],
    shops: true,
    breaks:
      'The shop cannot push orders and refunds nor check and use coupons at its checkout, and its webhooks are not taken.',
  },
  admin: {
    role: 'admin',
    bodyLimit: 1024 * kib,
    deadlineMs: 25_000,
    timeoutSeconds: 29,
    memoryMb: 512,
    access: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    indexes: ['due'],
    shops: true,
    breaks: 'The owner cannot look members up, correct points, cancel coupons or close manual tasks.',
  },
  front: {
    role: 'none',
    bodyLimit: 64 * kib,
    deadlineMs: 5_000,
    timeoutSeconds: 6,
    memoryMb: 256,
    access: [],
    indexes: [],
    shops: false,
    breaks: 'Health checks fail, and wrong addresses get the gateway’s own answer instead of ours.',
  },
};

const chat = (verb: string, does: string): Route => ({
  room: 'chat',
  verb,
  method: 'POST',
  path: `/v1/${verb}`,
  block: true,
  by: 'key',
  does,
});
const shop = (verb: string, path: string, does: string): Route => ({
  room: 'shop',
  verb,
  method: 'POST',
  path: `/v1/store/${path}`,
  block: false,
  by: 'key',
  does,
});
const admin = (method: 'GET' | 'POST', verb: string, path: string, does: string): Route => ({
  room: 'admin',
  verb,
  method,
  path: `/v1/admin/${path}`,
  block: false,
  by: 'key',
  does,
});

export const routes: readonly Route[] = [
  chat('enroll', 'Joins the program with an e-mail; the signup bonus is paid once.'),
  chat('leave', 'Ends the membership; points are forfeited, open coupons stay usable.'),
  chat('verify-order', 'Says whether an order can be claimed and what it is worth; moves nothing.'),
  chat('claim-order', 'Credits the points of an order, once in the whole program.'),
  chat('credit', 'Pays the points that the program sets for an activity.'),
  chat('balance', 'Shows what the member has.'),
  chat('history', 'Shows the last five ledger lines as sentences.'),
  chat('rewards', 'Lists the rewards, eight a page.'),
  chat('redeem', 'Takes a reward: points leave and a coupon is issued in one step.'),
  chat('coupons', 'Lists the member’s coupons, usable ones first.'),
  chat('preferences', 'Stops and starts messages, by an action or by what the customer typed.'),
  chat('delivered', 'A flow reports that it reached its message step; called by flows that we start.'),
  shop('orders', 'orders', 'Takes 1 to 100 orders as the shop knows them, with refunds and cancellations.'),
  shop('check-coupon', 'coupons/check', 'Says whether a coupon is valid now.'),
  shop('use-coupon', 'coupons/use', 'Marks a coupon used by one order, once.'),
  shop(
    'release-coupon',
    'coupons/release',
    'Makes a coupon valid again when the order that used it was cancelled.',
  ),
  shop('links', 'links', 'Makes the signed link of an order, for the shop’s mail.'),
  {
    room: 'shop',
    verb: 'hooks',
    method: 'POST',
    path: '/v1/hooks/{program}/{store}',
    block: false,
    by: 'signature',
    does: 'Takes a shop’s webhook: orders paid, cancelled and refunded, coupons used.',
  },
  admin('POST', 'search-members', 'members/search', 'Finds a member by e-mail.'),
  admin('GET', 'show-member', 'members/{id}', 'Shows a member with profile.'),
  admin(
    'GET',
    'list-entries',
    'members/{id}/entries',
    'Explains the ledger of a member, newest first, 50 a page.',
  ),
  admin('POST', 'adjust', 'members/{id}/adjust', 'Corrects points with a reason, once per key.'),
  admin('POST', 'change-email', 'members/{id}/email', 'Gives a member another e-mail.'),
  admin('POST', 'cancel-coupon', 'coupons/{code}/cancel', 'Cancels an unused coupon; the points come back.'),
  admin('POST', 'store-codes', 'rewards/{id}/codes', 'Preloads the code pool of a reward.'),
  admin('GET', 'list-tasks', 'tasks', 'Lists the manual rewards that wait for the owner.'),
  admin(
    'POST',
    'close-task',
    'tasks/{id}',
    'Marks a manual reward fulfilled, or refuses it with the points back.',
  ),
  {
    room: 'front',
    verb: 'health',
    method: 'GET',
    path: '/v1/health',
    block: false,
    by: 'key',
    does: 'Says that the service is up.',
  },
];

export const jobs: Readonly<Record<JobName, Job>> = {
  sweep: {
    trigger: { kind: 'schedule', everyMinutes: 1 },
    timeoutSeconds: 60,
    memoryMb: 256,
    access: ['BatchGetItem', 'Query'],
    indexes: ['due'],
    nudges: true,
    tokens: false,
    shops: false,
    does: 'Asks each program whether somebody is due, and nudges the ManyChat accounts that have work.',
    breaks: 'Nobody is reminded, and ManyChat’s fields are not brought up to date.',
  },
  send: {
    trigger: { kind: 'queue', accountsAtOnce: 10, attempts: 3 },
    timeoutSeconds: 150,
    memoryMb: 256,
    access: ['BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    indexes: ['due'],
    nudges: false,
    tokens: true,
    shops: false,
    does: 'Serves one ManyChat account at its pace: writes fields that are out of date, and sends what is due.',
    breaks: 'Members of an account’s programs are not reminded; who is due stays due.',
  },
  mirror: {
    trigger: {
      kind: 'stream',
      batchSize: 100,
      attempts: 10,
      patterns: [
        {
          eventName: ['INSERT'],
          dynamodb: {
            NewImage: {
              source: {
                M: {
                  kind: { S: ['adjustment', 'refund', 'reversal', 'capture', 'late_use', 'email_moved'] },
                },
              },
            },
          },
        },
        {
          eventName: ['MODIFY'],
          dynamodb: { Keys: { sk: { S: ['COUPON'] } }, NewImage: { state: { S: ['used'] } } },
        },
        {
          eventName: ['MODIFY'],
          dynamodb: {
            Keys: { sk: { S: ['COUPON'] } },
            NewImage: { state: { S: ['issued', 'reversed'] }, tellRev: { N: [{ exists: true }] } },
          },
        },
        {
          eventName: ['MODIFY'],
          dynamodb: { NewImage: { claim: { M: { from: { M: { contact: { S: [{ exists: true }] } } } } } } },
        },
      ],
    },
    timeoutSeconds: 60,
    memoryMb: 256,
    access: ['UpdateItem'],
    indexes: [],
    nudges: false,
    tokens: false,
    shops: false,
    does: 'Notices books that moved without a chat (refunds, corrections, used coupons) and asks for their mirror.',
    breaks: 'ManyChat’s fields stay as old as the last chat after refunds and corrections.',
  },
  settle: {
    trigger: { kind: 'schedule', everyMinutes: 1 },
    timeoutSeconds: 120,
    memoryMb: 256,
    access: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    indexes: ['due'],
    nudges: false,
    tokens: false,
    shops: true,
    does: 'Finishes or undoes coupons that a shop was to make, reads orders that a webhook named, and returns expired points.',
    breaks: 'Coupons that a shop did not make in time stay pending; the points of their members are held.',
  },
  reconcile: {
    trigger: { kind: 'schedule', everyMinutes: 1440 },
    timeoutSeconds: 840,
    memoryMb: 256,
    access: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    indexes: ['due'],
    nudges: false,
    tokens: false,
    shops: true,
    does: 'Reads what changed in each shop since its last run, and repairs what webhooks lost.',
    breaks: 'Refunds and used coupons whose webhooks were lost stay unknown.',
  },
};

/** Every path that is served, `/block` twins included, with the row it belongs to. */
export const servedPaths: readonly {
  readonly route: Route;
  readonly path: string;
  readonly asBlock: boolean;
}[] = routes.flatMap((route) => [
  { route, path: route.path, asBlock: false },
  ...(route.block ? [{ route, path: `${route.path}/block`, asBlock: true }] : []),
]);
