// A certificate authority of the test's own and a certificate that it signed, made with openssl.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  keyFile: string;
  certificateFile: string;
  /** The authority's own certificate, as PEM: whoever trusts it trusts the other. */
  authority: string;
}

/** Undefined where there is no openssl on this machine. The names are as in `subjectAltName`: `IP:127.0.0.1`, `DNS:localhost`. */
export async function makeCertificate(folder: string, names: string): Promise<Certificate | undefined> {
  await mkdir(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  try {
    await openssl('version');
  } catch {
    return undefined;
  }
  const authority = ['-x509', '-days', '2', '-subj', '/CN=Authority of a test', '-out', 'ca.pem', '-keyout', 'ca.key'];
  await openssl('req', ...key, ...authority);
  await openssl('req', ...key, '-subj', '/CN=A test', '-out', 'server.csr', '-keyout', 'server.key');
  await writeFile(file('names.cnf'), `subjectAltName=${names}\n`);
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names.cnf'];
  await openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.pem');
  return {
    keyFile: file('server.key'),
    certificateFile: file('server.pem'),
    authority: await readFile(file('ca.pem'), 'utf8'),
  };
}
