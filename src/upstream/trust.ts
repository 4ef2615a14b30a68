// Whom connections trust: the usual authorities, and those of one `ca_file` besides. Endpoints that name the same file
// share one, so that it is parsed once.

import type { SecureContext } from "node:tls";

/** One set of authorities. */
export class Trust {
  readonly #caPem: string | undefined;
  #context: SecureContext | undefined;

  /** `caPem`: authorities to trust besides the usual ones. */
  constructor(caPem: string | undefined) {
    this.#caPem = caPem;
  }

  /** Made by the first connection: to parse a bundle of authorities takes milliseconds, and plain HTTP needs none. */
  context(): SecureContext {
    if (this.#context === undefined) {
      const { createSecureContext, rootCertificates } = process.getBuiltinModule("node:tls");
      // An option `ca` replaces the usual ones, so that they are named with it.
      const ca = this.#caPem === undefined ? undefined : [...rootCertificates, this.#caPem];
      this.#context = createSecureContext(ca === undefined ? {} : { ca });
    }
    return this.#context;
  }
}
