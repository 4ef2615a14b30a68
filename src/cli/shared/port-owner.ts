// Finds out who listens on a port that we could not have: another oai-gateway, something like llama.cpp, or any HTTP
// server. Two short looks on loopback, read-only.

/** Who has the port. */
export type PortOwner =
  | { readonly kind: "self" }
  | { readonly kind: "llama" }
  | { readonly kind: "http"; readonly name: string; readonly hasModels: boolean }
  /** Something that speaks no HTTP, or does not answer. */
  | { readonly kind: "unknown" }
  /** Nobody: the connection was refused. */
  | { readonly kind: "nobody" };

const LOOK_MS = 800;
const LIMIT_BYTES = 64 * 1024;

/**
 * Asks `GET /livez`, which a gateway answers without a client key, then `GET /v1/models`, and judges by what the
 * answers look like. Never rejects.
 */
export async function findPortOwner(host: string, port: number): Promise<PortOwner> {
  const plain = await look({ host, port, path: "/livez" }, "http");
  // Who speaks TLS there answers plain HTTP with a refusal, or with something that is no HTTP.
  const mayBeTls = typeof plain === "string" ? plain !== "ECONNREFUSED" : plain.status === 400;
  const secure = mayBeTls ? await look({ host, port, path: "/livez" }, "https") : plain;
  const isSecure = mayBeTls && typeof secure !== "string";
  const first = isSecure ? secure : plain;
  if (typeof first === "string") return { kind: first === "ECONNREFUSED" ? "nobody" : "unknown" };
  if (Object.keys(first.headers).some((name) => name.startsWith("x-oai-gateway-"))) return { kind: "self" };
  const second = await look({ host, port, path: "/v1/models" }, isSecure ? "https" : "http");
  const answer = typeof second === "string" ? first : second;
  const { headers, body } = answer;
  const server = headers["server"] ?? "";
  if (/llama\.cpp/i.test(server) || /"owned_by"\s*:\s*"llamacpp"/.test(body)) return { kind: "llama" };
  const name = server === "" ? `HTTP ${answer.status}` : server.slice(0, 60);
  return { kind: "http", name, hasModels: answer.status === 200 && /^\s*\{"?/.test(body) };
}

type Place = { readonly host: string; readonly port: number; readonly path: string };

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The answer, or the code of the error. */
function look(at: Place, scheme: "http" | "https"): Promise<Answer | string> {
  // Not imported: an import of node:http loads WebSocket and fetch with it, at every start.
  const { request } =
    scheme === "http" ? process.getBuiltinModule("node:http") : process.getBuiltinModule("node:https");
  const signal = AbortSignal.timeout(LOOK_MS);
  return new Promise((resolve) => {
    // Nothing is sent that somebody else must not have, and the answer is only looked at: any certificate will do.
    const to = { ...at, agent: false, signal, rejectUnauthorized: false } as const;
    const call = request(to, (response) => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value);
      let body = "";
      const finish = () => {
        resolve({ status: response.statusCode ?? 0, headers, body });
        call.destroy();
      };
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        body += piece;
        if (body.length > LIMIT_BYTES) finish();
      });
      response.on("end", finish);
      response.on("error", finish);
    });
    call.on("error", (error) => resolve("code" in error ? String(error.code) : error.name));
    call.end();
  });
}
