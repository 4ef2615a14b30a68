// Tells what looks like a placeholder of another program, or of an example, from a value: it would be sent as it
// stands. Only ever warned about, since a key may look like anything. Pure.

import { type Message, message } from "../../language/messages.ts";
import { isPlainKey } from "../report/showable.ts";
import type { TextProblem } from "../yaml/text-rules.ts";

/** A placeholder; `name` is the variable that it names, where it names one. */
export type Placeholder = { readonly name: string | undefined };

// How other programs write a variable; the group is its name.
const REFERENCES: readonly RegExp[] = [
  // LiteLLM.
  /^os\.environ(?:\.get)?[/.[(]\s*["']?(\w+)["']?\s*[\])]?$/i,
  /^(?:os\.getenv|getenv|env|System\.getenv)\(\s*["']?(\w+)["']?\s*\)$/i,
  /^(?:process\.env|import\.meta\.env|env|ENV|secrets|vars)(?:[./:]|\[["']?)(\w+)["']?\]?$/,
  // Shells, PowerShell, Make, cmd.
  /^\$([A-Za-z_]\w*)$/,
  /^\$env:(\w+)$/i,
  /^\$\((\w+)\)$/,
  /^%(\w+)%$/,
  // Templates: Jinja and Helm, Go, Ruby, GitHub, Caddy and others.
  /^\$?\{\{-?[^{}]*?(\w+)\s*-?\}\}$/,
  /^\{(?:env[.:]|\$)?([A-Za-z_]\w*)\}$/,
  /^[#@%]\{([A-Za-z_]\w*)\}$/,
  /^<%=?[^<>]*?(\w+)[\])"'\s]*%>$/,
  // The bare name of a variable.
  /^([A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|TOKEN|SECRET))$/,
];

// Words of examples. Not "unused", "none", "dummy" and the like, which servers without keys are given on purpose.
const EXAMPLES: readonly RegExp[] = [
  /^<[^<>]+>$/,
  /^\[[^[\]]+\]$/,
  /^(?:sk|gsk|key|xai|pplx|hf|AIza)?[-_]*(?:x{3,}|X{3,}|\*{3,}|\.{3}|…+|_{3,})[-_xX*.…]*$/,
  /(?:^|[-_ ])(?:your|my|insert|enter|replace|paste|put|add)[-_ ]?(?:[a-z0-9]+[-_ ]?){0,4}?(?:key|token|secret|here)s?(?:[-_ ]here|$)/i,
  /^(?:change|replace|fill)[-_ ]?(?:me|this)(?:[-_ ].*)?$/i,
  /^(?:api[-_ ]?key|placeholder|to-?do|fix-?me)$/i,
];

/** The placeholder that a text is, or undefined. A leading `Bearer` does not matter. */
export function placeholderIn(text: string): Placeholder | undefined {
  const value = text.replace(/^(?:Bearer|Basic)\s+/i, "").trim();
  if (value.length > LONGEST) return undefined;
  for (const pattern of REFERENCES) {
    const match = pattern.exec(value);
    if (match !== null) return { name: nameOf(match[1]) };
  }
  return EXAMPLES.some((pattern) => pattern.test(value)) ? { name: undefined } : undefined;
}
const LONGEST = 200;

/** Whether an address has a placeholder in it, as `https://YOUR-RESOURCE.openai.azure.com` has. */
export function placeholderInAddress(text: string): Placeholder | undefined {
  const whole = placeholderIn(text);
  if (whole !== undefined) return whole;
  if (text.length > LONGEST) return undefined;
  const inner = /\{\{[^{}]*\}\}|<[^<>]+>|(?<=[/.])%\w+%|(?<=[/.])\$[A-Z_]\w*|\{[A-Za-z_]\w*\}/.exec(text);
  if (inner !== null) return { name: undefined };
  // In capitals: "your-company.example" may be a host.
  return /(?:\/|\.|^)(?:YOUR|MY)[-_][A-Z0-9_-]+/.test(text) ? { name: undefined } : undefined;
}

/** What becomes of a text that is one. */
export type PlaceholderUse = "placeholder.isSent" | "placeholder.isSentAsKey" | "placeholder.isClientKey";

/** What to say of a text that is one. */
export function placeholderProblem(text: string, use: PlaceholderUse): TextProblem | undefined {
  const placeholder = placeholderIn(text);
  if (placeholder === undefined) return undefined;
  return { message: message("placeholder.is", { use: message(use) }), fix: placeholderFix(placeholder) };
}

/** How to mend it. */
export function placeholderFix(placeholder: Placeholder): Message {
  const name = placeholder.name ?? "NAME";
  return message("placeholder.fix", { name });
}

/** A name that may be shown: one in capitals, as variables have them, and nothing that could be half of a key. */
function nameOf(name: string | undefined): string | undefined {
  return name !== undefined && /^[A-Z][A-Z0-9_]*$/.test(name) && isPlainKey(name) ? name : undefined;
}
