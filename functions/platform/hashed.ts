/** A caller's key as it is kept: hashed, because what a flow puts there may be personal. */
import { createHash } from 'node:crypto';

export const hashed = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : createHash('sha256').update(key).digest('base64url');
