/** How long a text is for those who pay by the short message. */
import { SegmentedMessage } from 'sms-segments-calculator';
import type { Medium } from '../../functions/domain/media.ts';
import { counted } from '../command-line.ts';

export interface Length {
  readonly characters: number;
  /** Absent where the channel does not count in segments. */
  readonly sms?: { readonly encoding: string; readonly segments: number };
}

export const lengthOf = (text: string, channel: Medium): Length => {
  const { numberOfCharacters, encodingName, segmentsCount } = new SegmentedMessage(text);
  if (channel !== 'sms') return { characters: numberOfCharacters };
  return { characters: numberOfCharacters, sms: { encoding: encodingName, segments: segmentsCount } };
};

/** `148 characters, GSM-7, 1 segment`. */
export const lengthText = ({ characters, sms }: Length): string =>
  [
    counted(characters, 'character'),
    ...(sms === undefined ? [] : [sms.encoding, counted(sms.segments, 'segment')]),
  ].join(', ');

/** Whether the first is longer: it costs more, or says more at the same price. */
export const isLonger = (a: Length, b: Length): boolean => {
  const [one, other] = [a.sms?.segments ?? 0, b.sms?.segments ?? 0];
  return one === other ? a.characters > b.characters : one > other;
};
