/** AWS's list prices in dollars, us-east-1, on demand, arm64, November 2026, and what a deployment asks for beside the reminders. */

export const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  lambdaSecondOfGb: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** FIFO; each action of up to 64 KB. */
  sqsRequest: 0.5e-6,
  logByte: 0.5e-9,
  httpApiRequest: 1e-6,
  /** The token lies encrypted in Parameter Store. */
  kmsRequest: 3e-6,
} as const;

/** By AWS's documentation, since no laptop can measure it. */
export const byRule = {
  /** START, END and REPORT of an invocation. */
  lambdaLogBytes: 400,
  /** Lambda's pollers of a queue, each of which asks at least every 20 seconds. */
  pollers: 5,
  pollSeconds: 20,
  /** Much more than a tick takes. */
  tickSeconds: 1,
  /** Much more than a confirmation takes. */
  confirmationSeconds: 0.05,
} as const;
