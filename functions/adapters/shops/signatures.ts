/** Signatures of webhooks, compared so that the time it takes tells nothing of them. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Whether a body carries its HMAC-SHA256 in base64 by one of the secrets, of which none may be empty. */
export const isSigned = (body: Buffer, given: string, secrets: readonly string[]): boolean =>
  // Each is compared, so that time does not tell which of them it was.
  secrets
    .map((secret) => createHmac('sha256', secret).update(body).digest('base64'))
    .map((expected) => sameText(given, expected))
    .includes(true);
