/**
 * One line of JSON for each request. Errors are told by name, code, message and stack only: the SDK's cancellation reasons and
 * zod's issues carry people's data.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

export interface RequestLine {
  readonly requestId: string;
  readonly route: string;
  readonly status: number;
  readonly result: string;
  readonly program?: string;
  readonly ms: number;
}

export interface Log {
  request(line: RequestLine): void;
  /** A fault: logged, and counted for the alarm. */
  fault(requestId: string, route: string, error: unknown): void;
  /** Something that a job did or met. Nothing personal but a contact's id. */
  event(name: string, facts: Readonly<Record<string, unknown>>): void;
  /** How long the member has waited who is due longest; 0 when nobody is. */
  oldestDue(seconds: number): void;
}

interface ToldError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ToldError;
}

/** Messages of zod's errors are its issues; those of JSON's repeat the text. */
const speaksOfData = new Set(['ZodError', '$ZodError', 'SyntaxError']);
const maxCauses = 4;

/** What may be told of an error. */
export const told = (error: unknown, depth = 0): ToldError => {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: typeof error };
  const withheld = speaksOfData.has(error.name) || /^\s*[[{]/.test(error.message);
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...code,
    message: withheld ? 'withheld: it may hold personal data' : error.message,
    stack: frames.join('\n'),
    ...(error.cause === undefined || depth >= maxCauses ? {} : { cause: told(error.cause, depth + 1) }),
  };
};

export const lambdaLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace: 'Loyalty', serviceName: service });
  return {
    request: (line) => logger.info('request', { ...line }),
    fault: (requestId, route, error) => {
      logger.error('fault', { requestId, route, error: told(error) });
      metrics.addMetric('Faults', MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    event: (name, facts) => logger.info(name, { ...facts }),
    oldestDue: (seconds) => {
      metrics.addMetric('OldestDue', MetricUnit.Seconds, seconds);
      metrics.publishStoredMetrics();
    },
  };
};
