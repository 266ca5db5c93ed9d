/** @file A server that hostile cells try to reach: it answers anything from anywhere, and remembers what came. */
import { createSocket } from 'node:dgram';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `hits`: the path of each request, `(connection)` for each that was opened, `(packet)` for each UDP packet. */
export type Sink = {
  readonly url: string;
  readonly port: number;
  readonly hits: string[];
  close(): Promise<void>;
};

function answer(path: string, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  const type = path.includes('events') ? 'text/event-stream' : 'text/javascript';
  response.setHeader('Content-Type', type);
  response.end('');
}

export async function openSink(): Promise<Sink> {
  const hits: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    hits.push(url);
    answer(url, response);
  });
  // A cell that gets as far as a connection has left, too.
  server.on('connection', () => hits.push('(connection)'));
  server.on('upgrade', ({ url = '' }, socket) => {
    hits.push(url);
    socket.destroy();
  });
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const packets = createSocket('udp4').bind(port, '127.0.0.1');
  packets.on('message', () => hits.push('(packet)'));
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    hits,
    close() {
      packets.close();
      server.closeAllConnections();
      return new Promise((closed) => {
        server.close(() => closed());
      });
    },
  };
}
