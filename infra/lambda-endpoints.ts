/**
 * Stands in for `@aws-sdk/endpoint-cache` in the Lambda bundles (see `bundling.ts`). The client makes a cache for endpoints that it
 * discovers; discovery is off unless asked for, and we never ask, so nothing is ever put into it.
 */
export class EndpointCache {
  readonly capacity: number;
  constructor(capacity: number) {
    this.capacity = capacity;
  }
}
