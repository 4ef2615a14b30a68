// A compiled configuration as plain data, for the way between two processes or threads of one gateway: what is no plain
// value is taken apart, and put together again on the other side. It holds every key, and goes nowhere else.

import type { WebhookSettings } from "../alerts/alert.ts";
import type { Endpoint } from "../routing/model.ts";
import { ForwardProxy } from "../upstream/forward-proxy.ts";
import { endpointWire, WIRES } from "../wires/registry/wires.ts";
import type { WireName } from "../wires/wire.ts";
import { type GatewayConfig, secretsOf } from "./compile.ts";
import { type CertificateParts, KeyedCertificate, ListenerCertificate } from "./rules/certificate.ts";

/** An endpoint of it. */
export type PackedEndpoint = Omit<Endpoint, "wire" | "proxy" | "secrets" | "clientCertificate"> & {
  /** Undefined where the host decides. */
  readonly wire: WireName | undefined;
  readonly proxy: string | undefined;
  readonly shown: CertificateParts | undefined;
};

type PackedWebhook = Omit<WebhookSettings, "peer"> & {
  readonly peer: Omit<WebhookSettings["peer"], "proxy"> & { readonly proxy: string | undefined };
};

/** A configuration that structured clone takes. */
export type PackedConfig = Omit<GatewayConfig, "server" | "plan" | "alerts"> & {
  readonly alerts: Omit<GatewayConfig["alerts"], "webhooks"> & {
    readonly webhooks: readonly PackedWebhook[];
  };
  readonly server: Omit<GatewayConfig["server"], "tls"> & { readonly tls: CertificateParts | undefined };
  readonly plan: Omit<GatewayConfig["plan"], "endpoints"> & { readonly endpoints: readonly PackedEndpoint[] };
};

/** Takes a configuration apart. */
export function packConfig(config: GatewayConfig): PackedConfig {
  const { tls } = config.server;
  return {
    ...config,
    alerts: { ...config.alerts, webhooks: config.alerts.webhooks.map(packWebhook) },
    server: { ...config.server, tls: tls === undefined ? undefined : packCertificate(tls) },
    plan: { ...config.plan, endpoints: config.plan.endpoints.map(packEndpoint) },
  };
}

/** The same for a process that only serves: its owner tells whom alerts are for. */
export function packServedConfig(config: GatewayConfig): PackedConfig {
  return packConfig({ ...config, alerts: { ...config.alerts, webhooks: [] } });
}

/** The configuration that was taken apart. */
export function unpackConfig(packed: PackedConfig): GatewayConfig {
  const { tls } = packed.server;
  return {
    ...packed,
    alerts: { ...packed.alerts, webhooks: packed.alerts.webhooks.map(unpackWebhook) },
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

function packWebhook({ peer, ...rest }: WebhookSettings): PackedWebhook {
  return { ...rest, peer: { ...peer, proxy: peer.proxy?.url() } };
}

function unpackWebhook({ peer, ...rest }: PackedWebhook): WebhookSettings {
  return { ...rest, peer: { ...peer, proxy: proxyOf(peer.proxy) } };
}

function proxyOf(url: string | undefined): ForwardProxy | undefined {
  return url === undefined ? undefined : new ForwardProxy(new URL(url));
}

function packEndpoint({ wire, proxy, secrets: _, clientCertificate, ...rest }: Endpoint): PackedEndpoint {
  // A vendor may have another wire at its own hosts than where it was named.
  const isNamed = WIRES[wire.name] === wire;
  const shown =
    clientCertificate instanceof KeyedCertificate ? packCertificate(clientCertificate) : undefined;
  return { ...rest, wire: isNamed ? wire.name : undefined, proxy: proxy?.url(), shown };
}

/** The endpoint that was taken apart. */
export function unpackEndpoint({ wire, proxy: url, shown, ...rest }: PackedEndpoint): Endpoint {
  const proxy = proxyOf(url);
  const clientCertificate = shown === undefined ? undefined : new KeyedCertificate(shown);
  return {
    ...rest,
    wire: endpointWire(wire, rest.origin),
    proxy,
    clientCertificate,
    secrets: secretsOf(rest, proxy),
  };
}
