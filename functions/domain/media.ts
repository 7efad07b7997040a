/** The media that a message can take, and what customers say to stop and start them. */
import * as z from 'zod/mini';

/** In the order in which they are told. */
export const media = ['email', 'sms', 'messenger', 'instagram', 'whatsapp', 'telegram'] as const;
export const medium = z.enum(media);
export type Medium = z.infer<typeof medium>;

export type Wish = 'stop' | 'start';

/**
 * Words that stop messages: those that carriers in the United States require (CTIA), and their like in Korean and Turkish.
 * `수신거부` is what Korean law wants beside every advertisement, `İPTAL` and `DUR` are usual in Turkish short messages.
 */
const stopWords = [
  ...['STOP', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPT OUT', 'REVOKE'],
  ...['수신거부', '수신 거부', '거부', '중지', '그만', '구독취소', '해지'],
  ...['DUR', 'DURDUR', 'İPTAL', 'ÇIK', 'RET', 'İSTEMİYORUM', 'ABONELİKTEN ÇIK'],
];
const startWords = [
  ...['START', 'UNSTOP', 'SUBSCRIBE', 'RESUME', 'YES', 'OPT IN'],
  ...['수신동의', '수신 동의', '시작', '재개', '구독'],
  ...['BAŞLA', 'BAŞLAT', 'DEVAM', 'EVET', 'ABONE OL'],
];

/**
 * A word as it is compared: letters only, without case and marks. So `İptal`, `ıptal` and `IPTAL` are one, whichever of the
 * two letters i a keyboard wrote, and `" s t o p! "` is `STOP`.
 */
const bare = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();

const wishes: ReadonlyMap<string, Wish> = new Map([
  ...stopWords.map((word) => [bare(word), 'stop'] as const),
  ...startWords.map((word) => [bare(word), 'start'] as const),
]);

/** What a customer means by a message of theirs; undefined where it is none of the known words alone. */
export const readWish = (typed: string): Wish | undefined => wishes.get(bare(typed));

/** The media after a wish, in their order. */
export const stoppedAfter = (
  stopped: readonly Medium[],
  wish: Wish,
  which: readonly Medium[],
): readonly Medium[] =>
  media.filter((one) => (which.includes(one) ? wish === 'stop' : stopped.includes(one)));
