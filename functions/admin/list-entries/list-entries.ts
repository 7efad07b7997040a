/** Explains the ledger of a member, newest first, 50 a page. */
import type { Program } from '../../domain/program.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import type { NotedEntry } from '../../ports/ledger.ts';
import { entryText } from '../../texts/entry-text.ts';
import { type Speaker, speakerFor } from '../../texts/speaker.ts';
import { findMember, memberId } from '../member-reply.ts';
import { query } from './contract.ts';

const pageSize = 50;

const row = ({ entry, note }: NotedEntry, program: Program, speaker: Speaker) => {
  const { kind, ...source } = entry.source;
  const text = entryText(entry, program, speaker);
  return {
    seq: entry.seq,
    kind,
    points: entry.points,
    balance: entry.balance,
    at: new Date(entry.at).toISOString(),
    text: note === undefined ? text : `${text} (${note})`,
    source,
    program_version: entry.programVersion,
  };
};

export const listEntries: PlainVerb = async (call, ports) => {
  const id = memberId(call);
  const { cursor } = parsed(query, call.query);
  await findMember(id, call, ports);
  const page = { limit: pageSize, ...(cursor ? { before: Number(cursor) } : {}) };
  const noted = await ports.ledger.notedEntries(call.scope, id, page);
  const { program } = call.setting;
  const last = noted.at(-1)?.entry.seq ?? 1;
  return done('ok', {
    entries: noted.map((one) => row(one, program, speakerFor(program, program.language))),
    next_cursor: last > 1 ? String(last) : null,
  });
};
