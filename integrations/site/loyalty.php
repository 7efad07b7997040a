<?php
/**
 * Loyalty endpoint for your own shop. One file, nothing to install, PHP 8.1 or newer.
 *
 * 1. Put it where your web server runs PHP, such as https://shop.example/loyalty.php
 * 2. Write your secret into LOYALTY_SITE_SECRET (environment, or the line below).
 * 3. Make the functions of part 1 read and write YOUR shop. As they stand they work on small files, so that you can try it.
 *
 * The guide beside this file (README.md) shows every question and answer.
 */
declare(strict_types=1);
// A warning of PHP's in the middle of an answer would make it unreadable.
ini_set('display_errors', '0');

/** whsec_ and a key in base64; the same one lies with the loyalty service. While you replace it, the old one stays valid too. */
define('LOYALTY_SECRETS', array_values(array_filter([
    getenv('LOYALTY_SITE_SECRET') ?: '',
    getenv('LOYALTY_SITE_PREVIOUS_SECRET') ?: '',
])));
/** Where news of orders goes: https://<the loyalty service>/v1/hooks/<program>/<store> */
define('LOYALTY_HOOK_URL', getenv('LOYALTY_HOOK_URL') ?: '');
/** The example's orders and coupons, unless told beside the folder of this file. Never where visitors can read them: e-mails lie there. */
define('LOYALTY_DATA_FOLDER', getenv('LOYALTY_SITE_DATA') ?: dirname(__DIR__) . '/loyalty-data');
/** The currency that you sell in. */
define('LOYALTY_CURRENCY', getenv('LOYALTY_SITE_CURRENCY') ?: 'USD');

// ---------------------------------------------------------------------------------------------------------------------
// Part 1. Your shop. Make these functions read and write your own tables.

/**
 * The order of this number, or null. Sums are texts in major units; times have a zone; `order_id` never changes and is never
 * used again. In your shop this is one SELECT:
 *   ['order_number' => '1001', 'order_id' => '1001', 'email' => 'ana@example.com', 'total' => '60.00', 'refunded' => '0.00',
 *    'currency' => 'USD', 'status' => 'pending' | 'paid' | 'fulfilled' | 'cancelled' | 'refunded',
 *    'placed_at' => '2026-11-20T10:00:00Z', 'updated_at' => '2026-11-20T10:00:05.120Z', 'test' => false, 'coupon_codes' => []]
 */
function find_order(string $number): ?array
{
    $order = read_record('orders', $number);
    return $order === null ? null : $order + ['linked' => read_record('links', $number) !== null];
}

/** The same by `order_id`; in the example the two are one. */
function find_order_by_id(string $id): ?array
{
    return find_order($id);
}

/** Orders that changed at or after a time, oldest change first: [orders, the cursor of the next page or null]. */
function changed_orders(string $since, ?string $cursor): array
{
    $after = $cursor ?? sort_key(['updated_at' => $since, 'order_number' => '']);
    $orders = array_filter(array_map('find_order', record_names('orders')));
    $later = array_values(array_filter($orders, fn (array $order): bool => strcmp(sort_key($order), $after) > 0));
    usort($later, fn (array $a, array $b): int => strcmp(sort_key($a), sort_key($b)));
    $page = array_slice($later, 0, 100);
    return [$page, count($later) > 100 ? sort_key($page[99]) : null];
}

/**
 * Makes a coupon that can be used once, and only from `starts_at` to `expires_at`. Asked twice for one `redemption_id` it makes
 * one. Returns null when it is there, or why it is not: 'duplicate' (another coupon has the code), 'cancelled', 'unsupported'.
 *
 * Two requests may come at the same moment. In a database let a UNIQUE index on the code decide, never a SELECT before the INSERT.
 */
function create_coupon(array $coupon): ?string
{
    if (!in_array($coupon['kind'], ['product', 'amount', 'percent', 'free_shipping'], true)) {
        return 'unsupported';
    }
    if (create_record('coupons', $coupon['code'], $coupon)) {
        return null;
    }
    $there = read_record('coupons', $coupon['code']);
    if (($there['redemption_id'] ?? null) !== $coupon['redemption_id']) {
        return 'duplicate';
    }
    return coupon_end($coupon['code']) === 'cancelled' ? 'cancelled' : null;
}

/** The coupon of this code with its `redemption_id`, or null. */
function find_coupon(string $code): ?array
{
    return read_record('coupons', $code);
}

/** What ended it: 'used', 'cancelled', or null while it can be used. */
function coupon_end(string $code): ?string
{
    return read_record('ended', $code)['by'] ?? null;
}

/** Ends an unused coupon. Whichever comes first wins, this or the customer's use; in a database: UPDATE ... WHERE used = 0. */
function cancel_coupon(string $code): void
{
    create_record('ended', $code, ['by' => 'cancelled']);
}

/** Keeps a signed link beside an order, for the mail that you send to the customer. False where there is no such order. */
function attach_link(string $orderId, string $ref): bool
{
    if (find_order_by_id($orderId) === null) {
        return false;
    }
    write_record('links', $orderId, ['ref' => $ref]);
    return true;
}

/**
 * Call this whenever an order was paid, changed, cancelled or refunded: require_once 'loyalty.php'; push_order('1001');
 * False where it was not taken; the error log says why.
 */
function push_order(string $number): bool
{
    $order = find_order($number);
    if ($order === null) {
        return not_taken("find_order knows no order \"$number\".");
    }
    $refunded = $order['status'] === 'refunded' || (float) $order['refunded'] > 0;
    $type = match (true) {
        $order['status'] === 'cancelled' => 'order.cancelled',
        $refunded => 'order.refunded',
        $order['status'] === 'pending' => 'order.updated',
        default => 'order.paid',
    };
    return push($type, $order);
}

/** Call this when an order used a coupon (`coupon.redeemed`), or gave it free again (`coupon.released`). */
function push_coupon(string $type, string $code, string $orderNumber): bool
{
    return push($type, ['code' => $code, 'order_number' => $orderNumber]);
}

// The example's store: one small file for each record. A record is created by a link, which the system makes once.

function record_path(string $kind, string $name): string
{
    $folder = LOYALTY_DATA_FOLDER . '/' . $kind;
    if (!is_dir($folder)) {
        @mkdir($folder, 0700, true);
    }
    return $folder . '/' . rawurlencode(strtoupper($name)) . '.json';
}

function record_names(string $kind): array
{
    $files = glob(dirname(record_path($kind, 'x')) . '/*.json') ?: [];
    return array_map(fn (string $file): string => rawurldecode(basename($file, '.json')), $files);
}

function read_record(string $kind, string $name): ?array
{
    $text = @file_get_contents(record_path($kind, $name));
    return $text === false ? null : json_decode($text, true);
}

function write_draft(string $path, array $record): string
{
    $draft = $path . '.' . bin2hex(random_bytes(8));
    file_put_contents($draft, json_encode($record));
    return $draft;
}

function write_record(string $kind, string $name, array $record): void
{
    $path = record_path($kind, $name);
    rename(write_draft($path, $record), $path);
}

/** False where there is one already. */
function create_record(string $kind, string $name, array $record): bool
{
    $path = record_path($kind, $name);
    $draft = write_draft($path, $record);
    $created = @link($draft, $path);
    unlink($draft);
    return $created;
}

// ---------------------------------------------------------------------------------------------------------------------
// Part 2. The protocol. Nothing to change below.

/** Standard Webhooks: HMAC-SHA256 over "id.timestamp.body". */
function signature(string $id, string $timestamp, string $body, string $secret): string
{
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
}

function is_signed(string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    $given = explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '');
    // Older requests may have been overheard and sent once more.
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    foreach (LOYALTY_SECRETS as $secret) {
        $expected = signature($id, $timestamp, $body, $secret);
        foreach ($given as $one) {
            if (hash_equals($expected, $one)) {
                return true;
            }
        }
    }
    return false;
}

function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    echo json_encode((object) $body);
    exit;
}

function bare_number(string $number): string
{
    return strtoupper(ltrim(trim($number), "# \t"));
}

function same_email(string $a, string $b): bool
{
    return strtolower(trim($a)) === strtolower(trim($b));
}

/** A number of another customer is answered like one that does not exist. */
function look_up(array $data): array
{
    $order = find_order(bare_number($data['order_number']));
    if ($order === null || !same_email($order['email'], $data['email'])) {
        return ['found' => false];
    }
    return [
        'found' => true,
        'order_id' => $order['order_id'],
        'order_number' => $order['order_number'],
        'status' => $order['status'],
        'amount' => $order['total'],
        'refunded_amount' => $order['refunded'],
        'currency' => $order['currency'],
        'placed_at' => $order['placed_at'],
        'updated_at' => $order['updated_at'],
        'test' => $order['test'],
        'coupon_codes' => $order['coupon_codes'],
        'linked' => $order['linked'],
    ];
}

function sort_key(array $order): string
{
    $time = new DateTimeImmutable($order['updated_at']);
    return $time->setTimezone(new DateTimeZone('UTC'))->format('Y-m-d\TH:i:s.v\Z') . '|' . $order['order_number'];
}

function looked_up_coupon(array $data): array
{
    $coupon = find_coupon($data['code']);
    $end = coupon_end($data['code']);
    return $coupon === null || $end === 'cancelled'
        ? ['found' => false]
        : ['found' => true, 'used' => $end === 'used', 'redemption_id' => $coupon['redemption_id']];
}

function cancelled_coupon(array $data): array
{
    if ((find_coupon($data['code'])['redemption_id'] ?? null) !== $data['redemption_id']) {
        return ['cancelled' => false, 'reason' => 'unknown'];
    }
    cancel_coupon($data['code']);
    return coupon_end($data['code']) === 'cancelled'
        ? ['cancelled' => true]
        : ['cancelled' => false, 'reason' => 'used'];
}

function created_coupon(array $data): array
{
    $refusal = create_coupon($data);
    return $refusal === null ? ['created' => true] : ['created' => false, 'reason' => $refusal];
}

function read_order(array $data): array
{
    $order = find_order_by_id($data['order_id']);
    return $order === null ? ['found' => false] : ['found' => true, 'order' => $order];
}

function listed_orders(array $data): array
{
    [$orders, $next] = changed_orders($data['since'], $data['cursor'] ?? null);
    return ['orders' => $orders, 'next' => $next];
}

/** Which texts a question must bring. */
const LOYALTY_NEEDED = [
    'ping' => [],
    'order.lookup' => ['order_number', 'email'],
    'order.read' => ['order_id'],
    'orders.changed' => ['since'],
    'order.link' => ['order_id', 'ref'],
    'coupon.create' => ['code', 'redemption_id', 'kind', 'expires_at'],
    'coupon.find' => ['code', 'redemption_id'],
    'coupon.cancel' => ['code', 'redemption_id'],
];

function respond(string $type, array $data): array
{
    foreach (LOYALTY_NEEDED[$type] ?? answer(400, ['error' => 'unknown_type']) as $name) {
        if (!is_string($data[$name] ?? null)) {
            answer(400, ['error' => 'bad_request', 'missing' => $name]);
        }
    }
    return match ($type) {
        'ping' => ['pong' => true, 'currency' => LOYALTY_CURRENCY],
        'order.lookup' => look_up($data),
        'order.read' => read_order($data),
        'orders.changed' => listed_orders($data),
        'order.link' => ['linked' => attach_link($data['order_id'], $data['ref'])],
        'coupon.create' => created_coupon($data),
        'coupon.find' => looked_up_coupon($data),
        'coupon.cancel' => cancelled_coupon($data),
    };
}

function serve(): never
{
    if (LOYALTY_SECRETS === []) {
        answer(500, ['error' => 'no_secret']);
    }
    if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
        answer(405, ['error' => 'post_only']);
    }
    $body = (string) file_get_contents('php://input', false, null, 0, 65537);
    if (strlen($body) > 65536) {
        answer(413, ['error' => 'too_large']);
    }
    if (!is_signed($body)) {
        // With our time: whoever reads it sees whether the clocks differ.
        answer(401, ['error' => 'unauthorized', 'time' => gmdate('Y-m-d\TH:i:s\Z')]);
    }
    $question = json_decode($body, true);
    if (!is_string($question['type'] ?? null) || !is_array($question['data'] ?? null)) {
        answer(400, ['error' => 'bad_request']);
    }
    answer(200, respond($question['type'], $question['data']));
}

/** Says why, on the terminal or in the error log of your server. */
function not_taken(string $why): bool
{
    PHP_SAPI === 'cli' ? fwrite(STDERR, "$why\n") : error_log("loyalty: $why");
    return false;
}

/** What an answer that is not 200 means, and what to do. */
function why_not(int $status, string $text): string
{
    return match (true) {
        $status === 0 => 'No answer from ' . LOYALTY_HOOK_URL . ': is the address right, and may this server call out?',
        $status === 401 => '401: the signature was refused. Is the secret the same on both sides (npm run shop -- secret), '
            . 'is the clock of this server right, and does LOYALTY_HOOK_URL end in /<program>/<store> of yours?',
        $status === 400 => '400: the service cannot read what was sent: ' . substr($text, 0, 300),
        $status < 400 => "$status: the address redirects. Write the one that it leads to into LOYALTY_HOOK_URL.",
        $status === 429 || $status >= 500 => "$status: the service has trouble of its own. Send it again later.",
        default => "$status: LOYALTY_HOOK_URL must be https://<the service>/v1/hooks/<program>/<store>.",
    };
}

/** Sends news, three times at most and under one id. True once it was taken. */
function push(string $type, array $data): bool
{
    if (LOYALTY_HOOK_URL === '' || LOYALTY_SECRETS === []) {
        return not_taken('Set LOYALTY_HOOK_URL and LOYALTY_SITE_SECRET first.');
    }
    $id = 'evt_' . bin2hex(random_bytes(12));
    // To the millisecond: news that overtake each other on their way are put in order by it.
    $now = (new DateTimeImmutable('now', new DateTimeZone('UTC')))->format('Y-m-d\TH:i:s.v\Z');
    $body = json_encode(['type' => $type, 'timestamp' => $now, 'data' => $data]);
    for ($try = 1; $try <= 3; $try++) {
        $timestamp = (string) time();
        $signature = signature($id, $timestamp, $body, LOYALTY_SECRETS[0]);
        $headers = [
            'Content-Type: application/json',
            "webhook-id: $id",
            "webhook-timestamp: $timestamp",
            "webhook-signature: $signature",
        ];
        $http = ['method' => 'POST', 'header' => $headers, 'content' => $body, 'timeout' => 5, 'follow_location' => 0];
        $stream = @fopen(LOYALTY_HOOK_URL, 'r', false, stream_context_create(['http' => $http + ['ignore_errors' => true]]));
        $line = $stream === false ? '' : (stream_get_meta_data($stream)['wrapper_data'][0] ?? '');
        $status = (int) (explode(' ', $line)[1] ?? 0);
        if ($status >= 200 && $status < 300) {
            return true;
        }
        if ($status >= 400 && $status < 500 && $status !== 429) {
            break;
        }
    }
    return not_taken(why_not($status, $stream === false ? '' : (string) stream_get_contents($stream, 1000)));
}

/** What can be done by hand, with what each command needs. */
const LOYALTY_COMMANDS = [
    'lookup' => ['NUMBER', 'EMAIL'],
    'push' => ['NUMBER'],
    'redeemed' => ['CODE', 'NUMBER'],
    'released' => ['CODE', 'NUMBER'],
];

/** php loyalty.php lookup 1001 ana@example.com | push 1001 | redeemed CODE 2001 | released CODE 2001 */
function run(array $words): never
{
    $word = $words[1] ?? '';
    $given = array_slice($words, 2);
    $needed = LOYALTY_COMMANDS[$word] ?? [];
    if ($needed === [] || count($given) !== count($needed) || in_array('', $given, true)) {
        foreach (LOYALTY_COMMANDS as $name => $needed) {
            fwrite(STDERR, "php loyalty.php $name " . implode(' ', $needed) . "\n");
        }
        exit(2);
    }
    if ($word === 'lookup') {
        echo json_encode(look_up(['order_number' => $given[0], 'email' => $given[1]])), "\n";
        exit(0);
    }
    $done = $word === 'push' ? push_order($given[0]) : push_coupon("coupon.$word", ...$given);
    echo $done ? "taken\n" : "not taken\n";
    exit($done ? 0 : 1);
}

// Where your own code includes this file, it only brings the functions.
if (get_included_files()[0] === __FILE__) {
    PHP_SAPI === 'cli' ? run($argv) : serve();
}
