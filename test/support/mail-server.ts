import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface Letter {
  to: string;
  text: string;
}

/** A mail server that keeps what it gets; refuses addresses that begin with "gone". */
export class MailServer {
  readonly letters: Letter[] = [];
  private server: SMTPServer | null = null;
  private waiting: (() => void)[] = [];
  port = 0;
  /** Takes letters only once it is told to go on. */
  slow = false;

  async start(host = '127.0.0.1'): Promise<void> {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        done(
          address.startsWith('gone')
            ? Object.assign(new Error('no such mailbox'), { responseCode: 550 })
            : null,
        );
      },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          this.letters.push({
            to: session.envelope.rcptTo[0]?.address ?? '',
            text: Buffer.concat(parts).toString('utf8'),
          });
          if (this.slow) this.waiting.push(done);
          else done();
        });
      },
    });
    this.server.listen(this.port, host);
    await once(this.server.server, 'listening');
    this.port = (this.server.server.address() as AddressInfo).port;
  }

  goOn(): void {
    this.slow = false;
    for (const done of this.waiting.splice(0)) done();
  }

  async stop(): Promise<void> {
    await new Promise<void>((done) => this.server?.close(() => done()));
  }
}
