/** What people and the shop do in the simulated year. */
import type { Medium } from '../../functions/domain/media.ts';
import type { RewardName, Terms } from './terms.ts';

export interface Customer {
  readonly contact: string;
  readonly email: string;
  readonly program: Terms;
  readonly language: 'en' | 'ko' | 'tr';
}

/** An order as the shop tells it; told again, it was refunded in part. */
export interface ToldOrder {
  readonly number: string;
  readonly total: string;
  /** In whole minor units, with the number of decimals of the currency. */
  readonly minor: number;
  readonly refundedMinor: number;
  readonly decimals: number;
  readonly currency: string;
  /** In the currency of the program. */
  readonly foreign: boolean;
  readonly status: 'pending' | 'paid' | 'fulfilled' | 'cancelled' | 'refunded';
  readonly placedAt: number;
}

export type Deed =
  | { readonly kind: 'join' }
  | { readonly kind: 'leave' }
  | {
      readonly kind: 'say';
      readonly wish: 'stop' | 'start';
      readonly text: string;
      readonly medium: Medium | 'all';
    }
  | { readonly kind: 'push'; readonly order: ToldOrder }
  | { readonly kind: 'claim'; readonly number: string }
  | { readonly kind: 'redeem'; readonly reward: RewardName }
  | { readonly kind: 'chat'; readonly channel: 'messenger' | 'instagram' }
  | {
      readonly kind: 'profile';
      readonly optinEmail?: boolean;
      readonly optinPhone?: boolean;
      /** `+09:00` */
      readonly offset?: string;
    };

export interface Event {
  /** Epoch milliseconds, whole. */
  readonly at: number;
  readonly customer: Customer;
  readonly deed: Deed;
}

/** What a request was answered; `points` are the spendable ones afterwards. */
export interface Answered {
  readonly result: string;
  readonly points: number;
}

/** What became of a member's period, or of a message that was put off. */
export interface Happening {
  readonly at: number;
  /** `sent 120`, with the points that it tells; `skipped capped`; `later`, with the instant. */
  readonly what: string;
}

export const inOrder = (events: readonly Event[]): Event[] => events.toSorted((a, b) => a.at - b.at);
