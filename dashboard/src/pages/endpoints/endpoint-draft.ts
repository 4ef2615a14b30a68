// An endpoint as it is typed into the form, and the settings that this makes.

/** What is typed: texts, as they stand in the fields. */
export type EndpointDraft = {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly weight: string;
  readonly priority: string;
  /** The models that are offered; undefined: all. */
  readonly models: readonly string[] | undefined;
};

/** Settings as the API takes them. */
export type EndpointSettings = Readonly<Record<string, unknown>>;

/** An empty form, or that of an endpoint with these settings. */
export function draftOf(name = "", settings: EndpointSettings = {}): EndpointDraft {
  const { base_url, api_key, weight, priority, models } = settings;
  return {
    name,
    baseUrl: typeof base_url === "string" ? base_url : "",
    apiKey: typeof api_key === "string" ? api_key : "",
    weight: typeof weight === "number" ? String(weight) : "1",
    priority: typeof priority === "number" ? String(priority) : "1",
    models: selectedOf(models),
  };
}

/**
 * The settings of a draft over those that were there: what the form has no field for stays as it is, masked keys among
 * it, which the API takes as the keys that they stand for.
 */
export function settingsOf(draft: EndpointDraft, before: EndpointSettings = {}): EndpointSettings {
  const { base_url: _url, api_key: _key, weight: _weight, priority: _priority, ...others } = before;
  const { models: modelsBefore, ...rest } = others;
  const isSame = JSON.stringify(selectedOf(modelsBefore)) === JSON.stringify(draft.models);
  const models = isSame ? modelsBefore : draft.models && { include: [...draft.models] };
  const key = draft.apiKey.trim();
  const weight = Number(draft.weight);
  const priority = Number(draft.priority);
  return {
    ...rest,
    base_url: draft.baseUrl.trim(),
    ...(key !== "" && { api_key: key }),
    ...(weight !== 1 && { weight }),
    ...(priority !== 1 && { priority }),
    ...(models !== undefined && { models }),
  };
}

/** The fields that cannot be sent as they are. */
export function badFields({ weight, priority }: EndpointDraft): ReadonlySet<keyof EndpointDraft> {
  const bad = new Set<keyof EndpointDraft>();
  if (!/^\d{1,4}$/.test(weight.trim())) bad.add("weight");
  if (!/^\d{1,3}$/.test(priority.trim())) bad.add("priority");
  return bad;
}

function selectedOf(models: unknown): readonly string[] | undefined {
  if (Array.isArray(models)) return models.map(String);
  if (typeof models !== "object" || models === null) return undefined;
  const { include, list } = models as { readonly include?: unknown; readonly list?: unknown };
  const names = include ?? list;
  return Array.isArray(names) ? names.map(String) : undefined;
}
