/** ManyChat as fast as it could ever be: says yes to everything, at once. For measurements in which its limits would only wait. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Stub {
  readonly url: string;
  close(): Promise<void>;
}

const yes = JSON.stringify({ status: 'success', data: {} });

export const startStub = async (): Promise<Stub> => {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume();
    request.once('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(yes);
    });
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
