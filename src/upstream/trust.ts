// Whom connections trust, and what they show of us: the usual authorities, those of one `ca_file` besides, and the
// certificate of one `tls`. Endpoints that have the same share one, so that it is parsed once.

import type { SecureContext, SecureContextOptions } from "node:tls";

/** A certificate by which we show a peer who we are. */
export interface ClientCertificate {
  /** With those that lead to its authority, PEM. */
  readonly certPem: string;
  /** PEM. */
  keyPem(): string;
  /** What the key is encrypted with; undefined where it is not. */
  passphrase(): string | undefined;
}

/** Whether connections that show the one may serve for the other. */
export function isSameCertificate(
  one: ClientCertificate | undefined,
  other: ClientCertificate | undefined,
): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return one.certPem === other.certPem && one.keyPem() === other.keyPem();
}

/** One set of authorities, and one certificate or none. */
export class Trust {
  readonly caPem: string | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** The same authorities, shown nothing of us: for a proxy on the way, whose business it is not who we are. */
  readonly anonymous: Trust;
  #context: SecureContext | undefined;

  /** `caPem`: authorities to trust besides the usual ones. `certificate`: given with `anonymous`, which shows none. */
  constructor(
    caPem: string | undefined,
    shown?: { readonly certificate: ClientCertificate; readonly anonymous: Trust },
  ) {
    this.caPem = caPem;
    this.certificate = shown?.certificate;
    this.anonymous = shown?.anonymous ?? this;
  }

  /** Made by the first connection: to parse a bundle of authorities takes milliseconds, and plain HTTP needs none. */
  context(): SecureContext {
    if (this.#context === undefined) {
      const { createSecureContext } = process.getBuiltinModule("node:tls");
      this.#context = createSecureContext({ ...this.#authorities(), ...this.#shown() });
    }
    return this.#context;
  }

  #authorities(): SecureContextOptions {
    if (this.caPem === undefined) return {};
    const { rootCertificates } = process.getBuiltinModule("node:tls");
    // An option `ca` replaces the usual ones, so that they are named with it.
    return { ca: [...rootCertificates, this.caPem] };
  }

  #shown(): SecureContextOptions {
    const { certificate } = this;
    if (certificate === undefined) return {};
    const passphrase = certificate.passphrase();
    const secret = passphrase === undefined ? {} : { passphrase };
    return { cert: certificate.certPem, key: certificate.keyPem(), ...secret };
  }
}
