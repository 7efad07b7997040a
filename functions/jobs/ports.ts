/** What the jobs work with. */
import type { Log } from '../platform/log.ts';
import type { Agenda } from '../ports/agenda.ts';
import type { Chance, Clock, Stopwatch } from '../ports/environment.ts';
import type { Gate } from '../ports/gate.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { OpenManyChat } from '../ports/manychat.ts';
import type { Nudges } from '../ports/nudges.ts';
import type { ShopRecords } from '../ports/shop-records.ts';
import type { OpenShop } from '../ports/shops.ts';

export interface SweepPorts {
  readonly agenda: Agenda;
  readonly gate: Gate;
  readonly nudges: Nudges;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SendPorts {
  readonly agenda: Agenda;
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly manychat: OpenManyChat;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly stopwatch: Stopwatch;
  readonly log: Log;
}

export interface SettlePorts {
  readonly agenda: Agenda;
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly shops: OpenShop;
  readonly records: ShopRecords;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly stopwatch: Stopwatch;
  readonly log: Log;
}

export interface MirrorPorts {
  readonly agenda: Agenda;
  readonly clock: Clock;
  readonly log: Log;
}
