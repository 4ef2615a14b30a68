// What `/` and `/v1` say to whoever looks there: the address is right, and where the API is.

/** One page. */
export type HomePage = {
  readonly type: string;
  readonly text: string;
  /** Further headers, flat. */
  readonly headers: readonly string[];
};

/** Settings for many clients. */
const CLIENTS = "https://github.com/oai-gateway/oai-gateway/blob/main/docs/clients.md";
const HINT =
  "This is an OpenAI-compatible gateway. Give clients this address with /v1 as their base URL; GET /v1/models lists the models.";

/** The page for browsers (`isHtml`), or as JSON. `version` is left out where the caller has no key. */
export function homePage(isHtml: boolean, version: string | undefined): HomePage {
  if (!isHtml) {
    const value = {
      name: "oai-gateway",
      ...(version !== undefined && { version }),
      models: "/v1/models",
      hint: HINT,
      clients: CLIENTS,
    };
    return { type: "application/json", text: JSON.stringify(value), headers: [] };
  }
  const title = version === undefined ? "oai-gateway" : `oai-gateway ${version}`;
  return {
    type: "text/html; charset=utf-8",
    text: `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<h1>${title}</h1>
<p>${HINT}</p>
<p><a href="/v1/models">/v1/models</a> · <a href="${CLIENTS}" rel="noreferrer">settings for many clients</a></p>
</html>
`,
    // There is nothing to load, to run or to frame.
    headers: [
      "content-security-policy",
      "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options",
      "nosniff",
    ],
  };
}
