// A name server on the loopback: every address has the name that the test says.
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

const HEADER = 12;

/** What stands in a wire-format name after the labels. */
const wire = (name: string) =>
  Buffer.concat([...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);

export class NameServer {
  /** What every address is called; none = nobody has a name. */
  name: string | null = null;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (question, client) => socket.send(this.answer(question), client.port, client.address));
  }

  /** Listens on a free port. */
  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new NameServer(socket);
  }

  /** As DNS_SERVERS wants it. */
  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.socket.close();
  }

  private answer(question: Buffer): Buffer {
    // The question: labels, the root's empty one, type and class.
    const asked = question.subarray(HEADER, question.indexOf(0, HEADER) + 5);
    const code = this.name === null ? 3 : 0;
    const head = Buffer.from([question[0], question[1], 0x81, 0x80 | code, 0, 1, 0, code ? 0 : 1, 0, 0, 0, 0]);
    if (this.name === null) return Buffer.concat([head, asked]);
    const name = wire(this.name);
    // A pointer to the question's name, PTR, IN, 60 seconds.
    const record = Buffer.from([0xc0, HEADER, 0, 12, 0, 1, 0, 0, 0, 60, 0, name.length]);
    return Buffer.concat([head, asked, record, name]);
  }
}
