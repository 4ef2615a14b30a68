// Everything that can be wrong with a configuration file. What a code means, in words, is in
// `language/tables/config-codes.ts`. Not for failures of requests: those are `core/errors.ts`.

import type { Message, MessageKey } from "../../language/messages.ts";

/** A row: how bad it is, what it means and how it is mended, for people. */
export type ConfigCodeRow = {
  readonly severity: "error" | "warning";
  readonly meaning: Message;
  readonly mend: Message;
};

/** Codes whose sentences there are. */
type WordedCode = Extract<MessageKey, `OG${string}.meaning`> extends `${infer Code}.meaning` ? Code : never;

function error(code: WordedCode): ConfigCodeRow {
  return { severity: "error", ...words(code) };
}

function warning(code: WordedCode): ConfigCodeRow {
  return { severity: "warning", ...words(code) };
}

function words(code: WordedCode): Pick<ConfigCodeRow, "meaning" | "mend"> {
  return { meaning: { key: `${code}.meaning`, values: {} }, mend: { key: `${code}.mend`, values: {} } };
}

/** Every problem of a configuration by its stable code. A code is never given a second meaning. */
export const CONFIG_CODES = {
  OG100: error("OG100"),
  OG101: error("OG101"),
  OG102: error("OG102"),
  OG103: error("OG103"),
  OG104: error("OG104"),
  OG105: warning("OG105"),
  OG106: error("OG106"),
  OG110: error("OG110"),
  OG111: error("OG111"),
  OG112: error("OG112"),
  OG113: error("OG113"),
  OG114: error("OG114"),
  OG115: error("OG115"),
  OG116: error("OG116"),
  OG120: error("OG120"),
  OG121: error("OG121"),
  OG122: error("OG122"),
  OG123: error("OG123"),
  OG124: warning("OG124"),
  OG125: error("OG125"),
  OG126: warning("OG126"),
  OG127: warning("OG127"),
  OG128: error("OG128"),
  OG129: warning("OG129"),
  OG130: error("OG130"),
  OG131: error("OG131"),
  OG132: error("OG132"),
  OG133: error("OG133"),
  OG134: warning("OG134"),
  OG135: warning("OG135"),
  OG136: warning("OG136"),
  OG137: warning("OG137"),
  OG138: warning("OG138"),
  OG139: error("OG139"),
  OG140: error("OG140"),
  OG141: error("OG141"),
  OG142: error("OG142"),
  OG143: warning("OG143"),
  OG144: error("OG144"),
  OG145: error("OG145"),
  OG146: error("OG146"),
  OG147: warning("OG147"),
  OG148: warning("OG148"),
  OG149: error("OG149"),
  OG150: error("OG150"),
  OG151: error("OG151"),
  OG152: error("OG152"),
  OG153: error("OG153"),
  OG154: error("OG154"),
  OG155: warning("OG155"),
  OG156: warning("OG156"),
  OG157: warning("OG157"),
  OG158: error("OG158"),
  OG159: error("OG159"),
  OG160: warning("OG160"),
  OG161: warning("OG161"),
  OG162: error("OG162"),
  OG163: warning("OG163"),
  OG165: error("OG165"),
  OG166: warning("OG166"),
  OG167: warning("OG167"),
  OG168: error("OG168"),
  OG169: error("OG169"),
  OG175: error("OG175"),
  OG176: warning("OG176"),
  OG177: warning("OG177"),
} as const satisfies Record<string, ConfigCodeRow>;

/** A stable code of a problem in the configuration. */
export type ConfigCode = keyof typeof CONFIG_CODES;
