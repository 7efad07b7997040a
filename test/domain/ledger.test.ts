import { describe, expect, test } from '@jest/globals';
import { answer, emailIn, need } from '../../functions/domain/ledger.ts';
import { ana, anaMail, benMail, emailRecordOf, foundOf, hashOf } from './support.ts';

describe('a decision', () => {
  test('that changes nothing carries no change', () => {
    expect(answer('seen')).toStrictEqual({ kind: 'answer', answer: 'seen' });
    expect(answer('moved', { postings: [] })).toStrictEqual({
      kind: 'answer',
      answer: 'moved',
      change: { postings: [] },
    });
  });

  test('that has not seen enough says what it needs', () => {
    expect(need({ contact: ana })).toEqual({ kind: 'need', wanted: { contact: ana } });
  });

  test('finds the record of an e-mail among those that were loaded', () => {
    const record = emailRecordOf(anaMail);
    const found = foundOf({ emails: [emailRecordOf(benMail), record] });
    expect(emailIn(found, hashOf(anaMail))).toBe(record);
    expect(emailIn(foundOf({ emails: [emailRecordOf(benMail)] }), hashOf(anaMail))).toBeUndefined();
  });
});
