// A real SNMP agent, Net-SNMP's, that knows one community and is called by one name.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/snmpd';

/** Why tests that ask an agent are skipped; nothing when they are not. */
export const noAgent = existsSync(PROGRAM) ? undefined : 'needs snmpd';

export class Agent {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static start(address: string, port: number, community: string, name: string): Agent {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-e2e-snmpd-'));
    const file = join(folder, 'agent.conf');
    writeFileSync(file, `rocommunity ${community} 127.0.0.0/8\nsysName ${name}\n`);
    const child = spawn(PROGRAM, ['-f', '-C', '-LE', '7', '-c', file, `udp:${address}:${port}`], {
      env: { SNMP_PERSISTENT_DIR: join(folder, 'state'), MIBS: '' },
      stdio: 'ignore',
    });
    return new Agent(child, folder);
  }

  stop(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
