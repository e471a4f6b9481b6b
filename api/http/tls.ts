/** The service's own certificate and key: read from files, and read again when they are renewed. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:http';
import { createSecureContext, Server as TlsServer } from 'node:tls';

export interface TlsFiles {
  /** PEM: the certificate, then those that lead to a known authority. */
  readonly certificate: string;
  /** PEM: the private key of the certificate, without a passphrase. */
  readonly key: string;
}

/** As node takes it. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** Renewed files are noticed after so long; SIGHUP has them read at once. */
const LOOK_MILLISECONDS = 30_000;

/** @throws Error in one line that names the file and the remedy */
export function readTls(files: TlsFiles): TlsMaterial {
  const cert = read('certificate', files.certificate);
  const key = read('key', files.key);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
    createSecureContext({ cert, key });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `tls: ${files.certificate} and ${files.key} are no certificate and its key in PEM (${message})`,
    );
  }
  if (Date.parse(certificate.validTo) < Date.now())
    throw new Error(
      `tls: the certificate ${files.certificate} has expired on ${certificate.validTo}: renew it`,
    );
  return { cert, key };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`tls: the ${name} ${file} cannot be read (${code ?? String(error)})`);
  }
}

/**
 * Puts renewed files in force without a restart: connections that stand go on, new ones get the new certificate.
 * Files that do not fit leave the old ones in force, and are told.
 *
 * @returns the function that ends it
 */
export function followTls(
  server: Server,
  files: TlsFiles,
  tell: (level: 'info' | 'error', message: string) => void,
): () => void {
  if (!(server instanceof TlsServer)) return () => undefined;
  let inForce = fingerprint(readTls(files));
  const renew = (): void => {
    try {
      const material = readTls(files);
      const read = fingerprint(material);
      if (read === inForce) return;
      server.setSecureContext(material);
      inForce = read;
      tell('info', 'a renewed certificate is in force');
    } catch (error) {
      tell('error', `the certificate in force stays: ${(error as Error).message}`);
    }
  };
  const watched = [files.certificate, files.key];
  for (const file of watched) watchFile(file, { interval: LOOK_MILLISECONDS, persistent: false }, renew);
  process.on('SIGHUP', renew);
  return () => {
    for (const file of watched) unwatchFile(file, renew);
    process.off('SIGHUP', renew);
  };
}

function fingerprint({ cert, key }: TlsMaterial): string {
  return createHash('sha256').update(cert).update(key).digest('hex');
}
