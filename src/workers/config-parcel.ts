// A compiled configuration as plain data, for the pipe between two processes of one gateway: what is no plain value is
// taken apart, and put together again on the other side. It holds every key, and goes nowhere else.

import { type GatewayConfig, secretsOf } from "../config/compile.ts";
import { type CertificateFiles, ListenerCertificate } from "../config/rules/certificate.ts";
import type { Endpoint } from "../routing/model.ts";
import { ForwardProxy } from "../upstream/forward-proxy.ts";
import { endpointWire, WIRES } from "../wires/registry/wires.ts";
import type { WireName } from "../wires/wire.ts";

type PackedEndpoint = Omit<Endpoint, "wire" | "proxy" | "secrets"> & {
  /** Undefined where the host decides. */
  readonly wire: WireName | undefined;
  readonly proxy: string | undefined;
};

/** A certificate with its key. */
export type PackedCertificate = {
  readonly files: CertificateFiles;
  readonly cert: string;
  readonly key: string;
  readonly notAfterMs: number;
};

/** A configuration that structured clone takes. */
export type PackedConfig = Omit<GatewayConfig, "server" | "plan"> & {
  readonly server: Omit<GatewayConfig["server"], "tls"> & { readonly tls: PackedCertificate | undefined };
  readonly plan: Omit<GatewayConfig["plan"], "endpoints"> & { readonly endpoints: readonly PackedEndpoint[] };
};

/** Takes a configuration apart. */
export function packConfig(config: GatewayConfig): PackedConfig {
  const { tls } = config.server;
  return {
    ...config,
    server: { ...config.server, tls: tls === undefined ? undefined : packCertificate(tls) },
    plan: { ...config.plan, endpoints: config.plan.endpoints.map(packEndpoint) },
  };
}

/** The configuration that was taken apart. */
export function unpackConfig(packed: PackedConfig): GatewayConfig {
  const { tls } = packed.server;
  return {
    ...packed,
    server: { ...packed.server, tls: tls === undefined ? undefined : unpackCertificate(tls) },
    plan: { ...packed.plan, endpoints: packed.plan.endpoints.map(unpackEndpoint) },
  };
}

/** Takes a certificate apart. */
export function packCertificate(certificate: ListenerCertificate): PackedCertificate {
  return {
    files: certificate.files(),
    cert: certificate.certPem,
    key: certificate.keyPem(),
    notAfterMs: certificate.notAfterMs,
  };
}

/** The certificate that was taken apart. */
export function unpackCertificate({ files, cert, key, notAfterMs }: PackedCertificate): ListenerCertificate {
  return new ListenerCertificate(files, { cert, key }, notAfterMs);
}

function packEndpoint({ wire, proxy, secrets: _, ...rest }: Endpoint): PackedEndpoint {
  // A vendor may have another wire at its own hosts than where it was named.
  const isNamed = WIRES[wire.name] === wire;
  return { ...rest, wire: isNamed ? wire.name : undefined, proxy: proxy?.url() };
}

function unpackEndpoint({ wire, proxy: url, ...rest }: PackedEndpoint): Endpoint {
  const proxy = url === undefined ? undefined : new ForwardProxy(new URL(url));
  return { ...rest, wire: endpointWire(wire, rest.origin), proxy, secrets: secretsOf(rest, proxy) };
}
