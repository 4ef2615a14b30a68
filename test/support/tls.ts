// Certificates for endpoints that speak TLS, good ones and bad ones; `certs/make.sh` makes them.

import { readFileSync } from "node:fs";
import type { ServerIdentity } from "../../src/http/listener.ts";

/** `good` and the faults of row 6; all but `self-signed` are signed by `testAuthority`. */
export type CertificateName = "good" | "expired" | "wrong-host" | "self-signed";

/** Key and certificate as PEM, for `FakeOptions.tls`. */
export function certificate(name: CertificateName): { readonly key: string; readonly cert: string } {
  return { key: pem(`${name}.key`), cert: pem(`${name}.crt`) };
}

/** The same for a listener. */
export function identity(name: CertificateName): ServerIdentity {
  const { key, cert } = certificate(name);
  return { certPem: cert, minVersion: "TLSv1.2", keyPem: () => key, passphrase: () => undefined };
}

/** The authority's certificate as PEM. */
export function testAuthority(): string {
  return pem("ca.crt");
}

function pem(file: string): string {
  return readFileSync(new URL(`certs/${file}`, import.meta.url), "utf8");
}
