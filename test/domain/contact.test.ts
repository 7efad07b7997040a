import { describe, expect, test } from '@jest/globals';
import { failedAttempt, tooManyAttempts } from '../../functions/domain/contact.ts';
import { ana, at, personOf } from './support.ts';

const late = at('2026-12-01T12:59:59Z');
const nextHour = at('2026-12-01T13:00:00Z');
const tried = (count: number) => personOf({ attempts: { hour: '2026-12-01T12', count } });

describe('failed attempts', () => {
  test('are counted one by one within the hour, under what was read', () => {
    expect(failedAttempt(ana, undefined, late)).toEqual({
      contact: ana,
      set: { attempts: { hour: '2026-12-01T12', count: 1 } },
      guard: ['attempts'],
    });
    expect(failedAttempt(ana, personOf(), late).set).toEqual({
      attempts: { hour: '2026-12-01T12', count: 1 },
    });
    expect(failedAttempt(ana, tried(4), late).set).toEqual({ attempts: { hour: '2026-12-01T12', count: 5 } });
  });

  test('are counted anew in the next hour', () => {
    expect(failedAttempt(ana, tried(9), nextHour).set).toEqual({
      attempts: { hour: '2026-12-01T13', count: 1 },
    });
  });

  test('are too many from the limit on, until the hour ends', () => {
    expect(tooManyAttempts(tried(9), 10, late)).toBe(false);
    expect(tooManyAttempts(tried(10), 10, late)).toBe(true);
    expect(tooManyAttempts(tried(11), 10, late)).toBe(true);
    expect(tooManyAttempts(tried(10), 10, nextHour)).toBe(false);
  });

  test('are none of someone who never failed', () => {
    expect(tooManyAttempts(undefined, 1, late)).toBe(false);
    expect(tooManyAttempts(personOf(), 1, late)).toBe(false);
  });
});
