import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { readAnswer } from '../../../functions/adapters/manychat/answers.ts';

const anything = z.unknown();
const read = (status: number, body: unknown) =>
  readAnswer(status, typeof body === 'string' ? body : JSON.stringify(body), anything);

const page = '<html><body><h1>Bad gateway</h1></body></html>';
const none = 'no answer of ManyChat’s';

describe('an answer of success', () => {
  test('is taken, with its data', () => {
    expect(read(200, { status: 'success', data: {} })).toEqual({ kind: 'ok', data: {} });
    expect(read(200, { status: 'success' })).toEqual({ kind: 'ok', data: undefined });
    expect(read(201, { status: 'success', data: [1], more: true })).toEqual({ kind: 'ok', data: [1] });
  });

  test('whose data have the form that was asked for is read by it', () => {
    const flows = z.object({ flows: z.array(z.object({ ns: z.string() })) });
    const given = { status: 'success', data: { flows: [{ ns: 'content1', name: 'Hi' }], folders: [] } };
    expect(readAnswer(200, JSON.stringify(given), flows)).toEqual({
      kind: 'ok',
      data: { flows: [{ ns: 'content1' }] },
    });
  });

  test('whose data have another form is not known for what it is', () => {
    const answered = readAnswer(
      200,
      '{"status":"success","data":[]}',
      z.object({ flows: z.array(anything) }),
    );
    expect(answered).toEqual({
      kind: 'unknown',
      message: 'ManyChat’s answer has another form than expected',
    });
  });
});

describe('an error is refused for good,', () => {
  test('with the reasons that its details give', () => {
    const body = {
      status: 'error',
      message: 'Validation error',
      details: { messages: [{ message: 'Flow does not exist' }, { message: 'subscriber_id: wrong' }] },
    };
    expect(read(400, body)).toEqual({
      kind: 'refused',
      status: 400,
      code: undefined,
      message: 'Validation error: Flow does not exist: subscriber_id: wrong',
    });
  });

  test('with details that are plain sentences, or nothing that we know', () => {
    const withDetails = (details: unknown) => read(400, { status: 'error', message: 'No', details });
    expect(withDetails({ messages: ['one', 'two'] })).toMatchObject({ message: 'No: one: two' });
    for (const details of [undefined, null, 'text', 5, {}, { messages: 'x' }, { messages: [{}] }, [1]])
      expect(withDetails(details)).toMatchObject({ kind: 'refused', message: 'No' });
  });

  test('with the code that it has, as a number or in quotes', () => {
    const coded = (code: unknown) => read(400, { status: 'error', message: 'Too late', code });
    expect(coded(3011)).toEqual({ kind: 'refused', status: 400, code: 3011, message: 'Too late' });
    expect(coded('3011')).toMatchObject({ code: 3011 });
    for (const code of ['', 'none', null, {}, Number.NaN])
      expect(coded(code)).toMatchObject({ code: undefined });
  });

  test.each([200, 201])('also with HTTP %d', (status) => {
    expect(read(status, { status: 'error', message: 'Subscriber has blocked the page' })).toEqual({
      kind: 'refused',
      status,
      code: undefined,
      message: 'Subscriber has blocked the page',
    });
    expect(read(status, { status: 'error', message: 'x', code: 3031 })).toMatchObject({ code: 3031 });
    expect(read(status, { status: 'exception', message: 'Something went wrong' })).toMatchObject({
      kind: 'refused',
      message: 'Something went wrong',
    });
  });

  test.each([400, 401, 403, 404, 405, 409, 413, 422])('with HTTP %d, whoever says so', (status) => {
    expect(read(status, { status: 'error', message: 'No' })).toEqual({
      kind: 'refused',
      status,
      code: undefined,
      message: 'No',
    });
    expect(read(status, page)).toEqual({ kind: 'refused', status, code: undefined, message: none });
    expect(read(status, '')).toMatchObject({ kind: 'refused', message: none });
  });

  test('also where nobody says why', () => {
    expect(read(400, { status: 'error' })).toMatchObject({ message: 'no reason given' });
    expect(read(400, { status: 'error', message: '' })).toMatchObject({ message: 'no reason given' });
    expect(read(400, { status: 'error', message: { text: 'No' } })).toMatchObject({
      message: 'no reason given',
    });
  });
});

describe('an answer that says that nothing was taken, and may be another time,', () => {
  test.each([408, 429, 500, 501, 503, 599])('is busy with HTTP %d, whoever says so', (status) => {
    expect(read(status, { status: 'exception', message: 'Something went wrong' })).toEqual({
      kind: 'busy',
      message: `HTTP ${status}: Something went wrong`,
    });
    expect(read(status, { status: 'error', message: 'x', code: 3011 })).toMatchObject({ kind: 'busy' });
    expect(read(status, page)).toEqual({ kind: 'busy', message: `HTTP ${status}: ${none}` });
    expect(read(status, '')).toMatchObject({ kind: 'busy' });
  });
});

describe('an answer that says nothing about what became of the call', () => {
  test.each([502, 504])('is not known with HTTP %d, whoever says so', (status) => {
    expect(read(status, page)).toEqual({ kind: 'unknown', message: `HTTP ${status}: ${none}` });
    expect(read(status, { status: 'error', message: 'No' })).toEqual({
      kind: 'unknown',
      message: `HTTP ${status}: No`,
    });
  });

  test.each([
    '',
    page,
    'null',
    '[]',
    '5',
    '"success"',
    '{}',
    '{"status":1}',
    '{"status":"success"',
    '{"ok":true}',
  ])('is not known with HTTP 200 around %j', (text) => {
    expect(read(200, text)).toEqual({
      kind: 'unknown',
      message: "HTTP 200 without ManyChat's answer in it",
    });
  });
});

describe('what is told of an answer', () => {
  const told = (message: string, details?: unknown) => {
    const answered = read(400, { status: 'error', message, ...(details === undefined ? {} : { details }) });
    return answered.kind === 'refused' ? answered.message : undefined;
  };

  test.each([
    ['The email ana@example.com is taken', 'The email (an e-mail) is taken'],
    ['"ana.maria+x@mail.example.com" is wrong', '"(an e-mail)" is wrong'],
    ["'ana@example.com','ben@example.com'", "'(an e-mail)','(an e-mail)'"],
    ['<ana@example.com>', '<(an e-mail)>'],
    ['김민지@example.kr', '(an e-mail)'],
    ['at @ noon', 'at @ noon'],
  ])('has no e-mail in it: %s', (message, without) => {
    expect(told(message)).toBe(without);
    expect(told('Validation error', { messages: [{ message }] })).toBe(`Validation error: ${without}`);
    expect(read(503, { status: 'error', message })).toMatchObject({ message: `HTTP 503: ${without}` });
  });

  test('is one line, and not a long one', () => {
    expect(told('one\n\ttwo   three')).toBe('one two three');
    expect(told('x'.repeat(5000))).toHaveLength(300);
  });

  test('is nothing of a page that is not ManyChat’s', () => {
    expect(JSON.stringify(read(401, `<p>${'ana@example.com'}</p>`))).not.toContain('ana');
  });
});
