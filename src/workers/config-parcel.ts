// A compiled configuration as plain data, for the pipe between two processes of one gateway: what is no plain value is
// taken apart, and put together again on the other side. It holds every key, and goes nowhere else.

import { type GatewayConfig, secretsOf } from "../config/compile.ts";
import { type CertificateParts, KeyedCertificate, ListenerCertificate } from "../config/rules/certificate.ts";
import type { Endpoint } from "../routing/model.ts";
import { ForwardProxy } from "../upstream/forward-proxy.ts";
import { endpointWire, WIRES } from "../wires/registry/wires.ts";
import type { WireName } from "../wires/wire.ts";

type PackedEndpoint = Omit<Endpoint, "wire" | "proxy" | "secrets" | "clientCertificate"> & {
  /** Undefined where the host decides. */
  readonly wire: WireName | undefined;
  readonly proxy: string | undefined;
  readonly shown: CertificateParts | undefined;
};

/** A configuration that structured clone takes. */
export type PackedConfig = Omit<GatewayConfig, "server" | "plan"> & {
  readonly server: Omit<GatewayConfig["server"], "tls"> & { readonly tls: CertificateParts | undefined };
  readonly plan: Omit<GatewayConfig["plan"], "endpoints"> & { readonly endpoints: readonly PackedEndpoint[] };
};

/** Takes a configuration apart. */
export function packConfig(config: GatewayConfig): PackedConfig {
  const { tls } = config.server;
  return {
    ...config,
    // The owner tells.
    alerts: { ...config.alerts, webhooks: [] },
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
export function packCertificate(certificate: KeyedCertificate): CertificateParts {
  return { files: certificate.files(), cert: certificate.certPem, key: certificate.keyPem() };
}

/** The certificate that was taken apart. */
export function unpackCertificate(parts: CertificateParts): ListenerCertificate {
  return new ListenerCertificate(parts);
}

function packEndpoint({ wire, proxy, secrets: _, clientCertificate, ...rest }: Endpoint): PackedEndpoint {
  // A vendor may have another wire at its own hosts than where it was named.
  const isNamed = WIRES[wire.name] === wire;
  const shown =
    clientCertificate instanceof KeyedCertificate ? packCertificate(clientCertificate) : undefined;
  return { ...rest, wire: isNamed ? wire.name : undefined, proxy: proxy?.url(), shown };
}

function unpackEndpoint({ wire, proxy: url, shown, ...rest }: PackedEndpoint): Endpoint {
  const proxy = url === undefined ? undefined : new ForwardProxy(new URL(url));
  const clientCertificate = shown === undefined ? undefined : new KeyedCertificate(shown);
  return {
    ...rest,
    wire: endpointWire(wire, rest.origin),
    proxy,
    clientCertificate,
    secrets: secretsOf(rest, proxy),
  };
}
