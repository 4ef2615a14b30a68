// Notices that the listener's certificate or key was replaced, by whatever way, and puts the new pair in force once it is
// whole. One that cannot be used leaves the old one in force, with a word in the log.

import { type Diagnostic, fileDiagnostic } from "../config/report/diagnostics.ts";
import {
  type BadCertificate,
  type CertificateFiles,
  dayOf,
  type ListenerCertificate,
  readCertificate,
} from "../config/rules/certificate.ts";
import { EXPIRY_WARNING_MS } from "../config/rules/rules-tls.ts";
import { systemClock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { message, translator } from "../language/messages.ts";
import { Looks, statMark } from "./looks.ts";

/** Whose certificate is watched. */
export type CertificateHolder = {
  /** The one in force; undefined where no TLS is spoken. */
  certificate(): ListenerCertificate | undefined;
  /** @throws the system's error where it cannot be used */
  renewCertificate(certificate: ListenerCertificate): void;
};

/** A handful of times a minute: a renewal comes days before it is needed. */
const LOOK_MS = 2_000;
/** The two files are two writes: a pair that does not fit is told only when it has stood for so many looks. */
const PATIENT_LOOKS = 3;

/** Looks from time to time what the paths mean now; it follows every link and every folder of a path. */
export class CertificateWatch {
  readonly #holder: CertificateHolder;
  readonly #log: Log;
  readonly #lookMs: number;
  #seen: string | undefined;
  /** Looks since the last change for which nothing was decided; undefined where there is nothing to decide. */
  #waited: number | undefined;
  readonly #looks = new Looks(() => this.#look());
  #warnedFor: string | undefined;
  #onRefused: ((problem: Diagnostic) => void) | undefined;

  constructor(holder: CertificateHolder, log: Log, lookMs = LOOK_MS) {
    this.#holder = holder;
    this.#log = log;
    this.#lookMs = lookMs;
  }

  /** Begins to look; `onRefused` hears of each pair that cannot be used, as the log does. Without TLS it does nothing. */
  start(onRefused?: (problem: Diagnostic) => void): void {
    // A listener without TLS has none until the next start.
    if (this.#holder.certificate() === undefined) return;
    this.#onRefused = onRefused;
    this.#looks.begin(0);
  }

  /** Ends it; nothing happens afterwards. */
  close(): Promise<void> {
    return this.#looks.close();
  }

  async #look(): Promise<number> {
    const certificate = this.#holder.certificate();
    if (certificate !== undefined) {
      const { certFile, keyFile } = certificate.files();
      const marks = (await Promise.all([statMark(certFile), statMark(keyFile)])).join("\n");
      if (this.#looks.isClosed) return this.#lookMs;
      // What was replaced between the start and the first look is read as well.
      if (marks !== this.#seen) this.#waited = 0;
      else this.#decide(certificate);
      this.#seen = marks;
      this.#warnOfEnd(this.#holder.certificate() ?? certificate);
    }
    return this.#lookMs;
  }

  /** The files have stood still for a look. */
  #decide(current: ListenerCertificate): void {
    if (this.#waited === undefined) return;
    const result = readCertificate(current.files(), systemClock.wallMs());
    if (result.kind === "ok") {
      this.#waited = undefined;
      this.#take(result.certificate, current);
      return;
    }
    this.#waited += 1;
    if (this.#waited < PATIENT_LOOKS) return;
    this.#waited = undefined;
    this.#refuse(result, current.files());
  }

  #refuse(
    { at, problem, fix }: BadCertificate,
    { certFile, keyFile }: CertificateFiles,
    cause?: unknown,
  ): void {
    const words = message("tls.refused", { file: at, problem });
    const say = translator("en");
    this.#log.error("certificate_refused", `${say(words)}. ${say(fix)}.`, {}, cause);
    const file = at === "cert_file" ? certFile : keyFile;
    this.#onRefused?.(fileDiagnostic("OG146", file, words, fix));
  }

  #take(next: ListenerCertificate, current: ListenerCertificate): void {
    if (next.certPem === current.certPem && next.keyPem() === current.keyPem()) return;
    try {
      this.#holder.renewCertificate(next);
    } catch (cause) {
      // It must not end the watch: the next pair would never be looked at.
      const problem = message("tls.unusable");
      this.#refuse(
        { kind: "bad", at: "cert_file", problem, fix: message("tls.fixRenew") },
        next.files(),
        cause,
      );
      return;
    }
    const date = dayOf(next.notAfterMs);
    this.#log.info("certificate_renewed", `server.tls: a new certificate is in force, valid until ${date}`);
  }

  #warnOfEnd({ certPem, notAfterMs }: ListenerCertificate): void {
    const leftMs = notAfterMs - systemClock.wallMs();
    if (leftMs >= EXPIRY_WARNING_MS) return;
    const state = `${leftMs <= 0} ${certPem}`;
    if (state === this.#warnedFor) return;
    this.#warnedFor = state;
    const end = leftMs <= 0 ? "has expired: clients refuse it" : `expires on ${dayOf(notAfterMs)}`;
    this.#log.warn("certificate_expires", `server.tls: the certificate ${end}; renew it.`);
  }
}
