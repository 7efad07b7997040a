/** The ManyChat account that a command works with, and what its answers mean for the person at the keyboard. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { openParameters } from '../../functions/adapters/aws/parameters.ts';
import { parameterTokens } from '../../functions/adapters/aws/tokens.ts';
import { manychatApi, manychatOver } from '../../functions/adapters/manychat/client.ts';
import type { Program } from '../../functions/domain/program.ts';
import type { ManyChat, Outcome, Tokens } from '../../functions/ports/manychat.ts';
import { systemStopwatch } from '../../functions/wiring.ts';
import { atAws, Fault, given, isHttp, sameOptions } from '../command-line.ts';

/** What the service's stack is called: its parameters lie below. */
const defaultPrefix = '/manychat-loyalty-service';

export interface AccountOptions {
  readonly prefix?: string;
}

/** The option of every command that needs a token. */
export const withPrefix = (line: Command): Command =>
  line.option(
    '--prefix <path>',
    `where the tokens lie in Parameter Store (or env TOKENS_PREFIX; default: ${defaultPrefix})`,
  );

export const prefixOf = ({ prefix }: AccountOptions): string =>
  (given(prefix, process.env['TOKENS_PREFIX']) ?? defaultPrefix).replace(/\/+$/, '');

/** The laptop edition's token, which no ManyChat but the double knows. */
const localToken = 'local:token';

const baseOf = (): string | undefined => {
  const base = given(process.env['MANYCHAT_API_BASE']);
  if (base !== undefined && !isHttp(base))
    throw new Fault('MANYCHAT_API_BASE: expected an address such as https://api.manychat.com');
  return base?.replace(/\/+$/, '');
};

/** A stored token is sent to ManyChat only: another address gets the one of the environment. */
const tokensFor = (options: AccountOptions, base: string | undefined): Tokens => {
  const token = given(process.env['MANYCHAT_TOKEN']) ?? (base === undefined ? undefined : localToken);
  if (token !== undefined) return { manychat: () => Promise.resolve(token) };
  return parameterTokens(openParameters(new DynamoDBClient()), prefixOf(options));
};

/** Opens a program's account. @throws Fault where there is no token, or it cannot be read */
export const openAccount = async ({ manychat }: Program, options: AccountOptions): Promise<ManyChat> => {
  const { account, pace } = manychat;
  const base = baseOf();
  const open = manychatOver(tokensFor(options, base), systemStopwatch, base ?? manychatApi);
  const opened = await atAws('Parameter Store', () => open(account, pace));
  if (opened !== undefined) return opened;
  throw new Fault(
    `There is no token for the ManyChat account ${account} below ${prefixOf(options)}. Store one: npm run manychat -- token --account ${account}${sameOptions({ prefix: options.prefix })}`,
  );
};

/** What came back of a call that only asks. @throws Fault */
export const known = <T>(outcome: Outcome<T>, { manychat }: Program): T => {
  if (outcome.kind === 'ok') return outcome.data;
  if (outcome.kind !== 'refused')
    throw new Fault(`ManyChat does not answer (${outcome.message}). Try again later.`);
  const { status, message } = outcome;
  const of = `the account ${manychat.account}`;
  if (status === 401)
    throw new Fault(
      `ManyChat does not accept the token of ${of} (${message}). Make a new one in ManyChat (Settings, API) and store it: npm run manychat -- token --account ${manychat.account}`,
    );
  if (status === 403)
    throw new Fault(
      `ManyChat refuses the API for ${of} (${message}). The API is a part of ManyChat’s paid plan (Pro).`,
    );
  throw new Fault(`ManyChat refused to answer for ${of} (HTTP ${status}: ${message}).`);
};
