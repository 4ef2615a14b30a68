// A model that follows a script, whatever API it is asked by: in a first turn it calls one tool and says what came of it,
// in a second it remembers. What each API calls these things is in the files beside this one.

/** Marks the request in which a tool is to be used. */
export const TURN_ONE = "(turn one)";

/** Marks the request that is about the conversation so far. */
export const TURN_TWO = "(turn two)";

/** What an agent's shell is asked to run. Its output is in no request before it has run. */
export const COMMAND = "printf 'gateway-%d\\n' 42";

/** What that prints. */
export const PRINTED = "gateway-42";

/** What the model says where nothing is marked. */
export const GREETING = "Hello from the model.";

/** What it thinks before it calls a tool, where its API has words for that. */
export const THOUGHT = "The tool will know.";

/** Tokens of every answer. */
export const TOKENS = { input: 20, cached: 4, output: 5, thought: 2 };

/** A tool as the model sees it. */
export type ModelTool = {
  readonly name: string;
  /** JSON Schema of what it is called with; `undefined` for one that takes free text. */
  readonly schema: unknown;
};

/** A request in no API's words. */
export type Asked = {
  /** What the user has said since the model last spoke. */
  readonly said: string;
  /** What tools gave since the model last spoke. */
  readonly results: readonly string[];
  /** What tools gave in the whole conversation. */
  readonly allResults: readonly string[];
  readonly tools: readonly ModelTool[];
  /** Whether it has to call one. */
  readonly mustCall: boolean;
  /** JSON Schema of the answer, where one is asked for. */
  readonly shape?: unknown;
};

/** What the model does. */
export type Move =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly tool: ModelTool; readonly given: Readonly<Record<string, unknown>> };

/** The model's next move. */
export function nextMove(asked: Asked): Move {
  if (asked.results.length > 0) return text(`The tool said: ${asked.results.join(" ")}`);
  if (asked.said.includes(TURN_TWO)) return text(`Goodbye. The tool had said: ${asked.allResults.join(" ")}`);
  const tool = asked.mustCall || asked.said.includes(TURN_ONE) ? toolToCall(asked.tools) : undefined;
  if (tool !== undefined) return { kind: "call", tool, given: givenTo(tool.schema) };
  if (asked.shape !== undefined) return text(JSON.stringify(sampleOf("", asked.shape)));
  return text(GREETING);
}

/** A text in pieces, as a stream brings it. */
export function pieces(whole: string): string[] {
  const size = Math.max(1, Math.ceil(whole.length / 3));
  return whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
}

const SHELLS = [
  "exec_command",
  "shell_command",
  "shell",
  "bash",
  "run_shell_command",
  "run_terminal_command",
];

/** A shell, if there is one; else the first. */
function toolToCall(tools: readonly ModelTool[]): ModelTool | undefined {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .split(/[./]|__/)
      .at(-1) ?? "";
  return tools.find(({ name }) => SHELLS.includes(plain(name))) ?? tools[0];
}

function text(said: string): Move {
  return { kind: "text", text: said };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function givenTo(schema: unknown): Fields {
  const given = fieldsOf(sampleOf("", schema));
  return schema === undefined ? { input: COMMAND } : given;
}

/** A value that a schema takes: of its properties only those that are required, and commands. */
function sampleOf(name: string, schema: unknown): unknown {
  const { type, properties, required, enum: among, items } = fieldsOf(schema);
  const isCommand = /^(command|cmd)$/.test(name);
  if (Array.isArray(among)) return among[0];
  const kind = Array.isArray(type) ? type[0] : type;
  if (kind === "array")
    return isCommand ? ["bash", "-c", COMMAND] : items === undefined ? [] : [sampleOf("", items)];
  if (kind === "number" || kind === "integer") return 1;
  if (kind === "boolean") return false;
  if (kind === "object" || properties !== undefined) {
    const needed = new Set(Array.isArray(required) ? required : Object.keys(fieldsOf(properties)));
    const entries = Object.entries(fieldsOf(properties)).filter(
      ([key]) => needed.has(key) || /^(command|cmd)$/.test(key),
    );
    return Object.fromEntries(entries.map(([key, inner]) => [key, sampleOf(key, inner)]));
  }
  return isCommand ? COMMAND : "Taipei";
}

/** The text of a content, whichever way it is written: a text, or parts with texts. */
export function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (typeof part === "string" ? part : String(fieldsOf(part)["text"] ?? "")))
    .join("\n");
}
