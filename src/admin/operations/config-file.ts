// The configuration file: shown without secrets, checked before it counts, changed, and brought back as it was.

import { setImmediate } from "node:timers/promises";
import { CHANGED_THINGS } from "../../supervise/change-item.ts";
import { MOST_CHARS } from "../../supervise/config-editor.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import {
  anything,
  choice,
  flag,
  listOf,
  longText,
  object,
  orNull,
  said,
  text,
  timestamp,
  whole,
} from "../operation/shapes.ts";
import {
  applied,
  changeTo,
  edited,
  editorOf,
  fileFor,
  historyOf,
  keptText,
  toldProblem,
  toldText,
} from "./config-work.ts";

/** Of a text that is too long, so that this can be said of it. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Said where a text is sent. */
const WHOLE = `The whole file, of ${MOST_CHARS / 1_024} KiB at most.`;

const problemShape = object(
  {
    code: text("Such as OG101."),
    severity: choice(["error", "warning"], "Errors keep the file out of force."),
    line: whole("From 1; 0: the file as a whole."),
    column: whole("From 1."),
    length: whole("Characters that it is about."),
    message: said("What is wrong."),
    fix: orNull(said("How to mend it.")),
  },
  "A problem.",
).meta({ id: "ConfigProblem" });

const problems = listOf(problemShape, "The problems, in the order of the file.");

const names = (description: string) => listOf(text("A name."), description).max(200_000);

const changed = (what: string) =>
  object(
    { added: names("New ones."), removed: names("Those that go."), changed: names("Those that differ.") },
    what,
  );

const changeItem = object(
  {
    what: choice(CHANGED_THINGS, "What is different."),
    name: text("Of the one that it is about.").optional(),
    names: listOf(
      text("A name."),
      "The first of those that came or went; of an endpoint, which of its settings are others.",
    ).optional(),
    count: whole("How many came, went or changed.").optional(),
    from: text("The value before.").optional(),
    to: text("The value now.").optional(),
  },
  "One thing that is different.",
).meta({ id: "ConfigChangeItem" });

const changeItems = listOf(changeItem, "The first of what is different, as data.");

const changeShape = object(
  {
    summary: text("In a few words of English; empty where nothing would change."),
    changes: changeItems,
    endpoints: changed("Endpoints."),
    aliases: changed("Names of `routing.model_overrides`."),
    models: object(
      { appear: names("Public names that would appear."), vanish: names("Public names that would vanish.") },
      "The list of models, by what the endpoints list now.",
    ),
  },
  "What is different from what is in force.",
).meta({ id: "ConfigChange" });

const MASKED =
  "Secrets stand in it as marks such as `<kept sk-…a1b2 3f9a1c2b>`. A mark that is sent back stands for the secret that it was shown for, wherever it is put.";

const fileShape = object(
  {
    path: text("Of the file."),
    shown: text("The same as people see it."),
    text: text(`What the file has. ${MASKED}`),
    version: text("Of this text: for PUT."),
    is_writable: flag("Whether it may be changed here."),
    is_in_force: flag("Whether this text is served; false where it has errors, or was saved a moment ago."),
    problems,
    sources: listOf(
      object(
        {
          path: text("Such as `server.port`; a number for an entry of a list."),
          value: anything("The value, without secrets."),
          source: text("`config.yaml:14`, `default` or `store`."),
          line: orNull(whole("In the file.")),
        },
        "A value.",
      ),
      "Every value with where it comes from.",
    ).max(200_000),
  },
  "The file.",
).meta({ id: "ConfigFile" });

const getConfigFile = operation({
  id: "getConfigFile",
  tag: "configuration",
  method: "GET",
  path: "/config/file",
  summary: "The configuration file without secrets, with its problems and the source of every value.",
  answer: fileShape,
  run: async ({ parts }) => ({ value: await fileFor(parts) }),
});

const checkConfig = operation({
  id: "checkConfig",
  tag: "configuration",
  method: "POST",
  path: "/config/check",
  summary: "What is wrong with a text, and what would change; nothing is written.",
  body: object({ text: longText(`${WHOLE} ${MASKED}`) }, "What is checked."),
  answer: object(
    {
      is_good: flag("Whether it may be put in force."),
      problems,
      change: orNull(changeShape),
    },
    "What came of it; no change is told of what has errors.",
  ).meta({ id: "ConfigCheck" }),
  maxBodyBytes: MAX_BYTES,
  run: async ({ parts, body }) => {
    const editor = editorOf(parts);
    const text = await edited(() => editor.restored(body.text));
    const { problems: found, config } = await edited(() => editor.tried(text));
    // Requests go on between the parts of the work.
    await setImmediate();
    const change = config === undefined ? null : await changeTo(parts, config);
    return { value: { is_good: config !== undefined, problems: found.map(toldProblem), change } };
  },
});

const putConfigFile = operation({
  id: "putConfigFile",
  tag: "configuration",
  method: "PUT",
  path: "/config/file",
  summary: "Writes the file and puts it in force, where it has no errors.",
  body: object(
    {
      text: longText(`${WHOLE} ${MASKED}`),
      version: text(
        "Of the text that was changed. Where the file is another one by now nothing is done: 409.",
      ),
    },
    "The new text.",
  ),
  answer: object({ file: fileShape, change: changeShape }, "The file as it is now, and what changed."),
  maxBodyBytes: MAX_BYTES,
  run: async ({ parts, body, actor, note }) => {
    const text = await edited(() => editorOf(parts).restored(body.text));
    const value = await applied(parts, actor.name, { text, version: body.version });
    await note({ action: "config.put", subject: value.file.shown, detail: { change: value.change.summary } });
    return { value };
  },
});

const historyEntry = object(
  {
    id: text("Its id."),
    at: timestamp("When it was put in force, or first seen."),
    actor: text("By whom: `admin`, `token`, `command line`, or `file` where it was found on the disk."),
    summary: text("What it changed, in a few words of English."),
    changes: changeItems,
    lines: whole("Of the text."),
    is_current: flag("Whether it is the text of the file now."),
  },
  "A text of the file.",
).meta({ id: "ConfigHistoryEntry" });

const listHistory = operation({
  id: "listConfigHistory",
  tag: "configuration",
  method: "GET",
  path: "/config/history",
  summary: "The last twenty texts of the file, the newest first.",
  answer: object({ data: listOf(historyEntry, "The texts.") }, "The history."),
  run: async ({ parts }) => {
    const kept = await historyOf(parts);
    return { value: { data: await Promise.all(kept.map((one) => toldText(parts, one))) } };
  },
});

const getHistory = operation({
  id: "getConfigHistory",
  tag: "configuration",
  method: "GET",
  path: "/config/history/{id}",
  summary: "One of them, without secrets.",
  answer: object({ entry: historyEntry, text: text(MASKED) }, "The text."),
  run: async ({ parts, params }) => {
    const kept = await keptText(parts, params["id"] ?? "");
    return { value: { entry: await toldText(parts, kept), text: await editorOf(parts).masked(kept.text) } };
  },
});

const restoreHistory = operation({
  id: "restoreConfigHistory",
  tag: "configuration",
  method: "POST",
  path: "/config/history/{id}/restore",
  summary: "Writes one of them to the file again and puts it in force.",
  body: object(
    { version: text("Of the file as it was shown; 409 where it is another one by now.") },
    "A guard.",
  ),
  answer: object({ file: fileShape, change: changeShape }, "The file as it is now, and what changed."),
  run: async ({ parts, params, body, actor, note }) => {
    const { text, id } = await keptText(parts, params["id"] ?? "");
    const value = await applied(parts, actor.name, { text, version: body.version });
    await note({ action: "config.restore", subject: id, detail: { change: value.change.summary } });
    return { value };
  },
});

/** The operations. */
export const CONFIG_FILE_OPERATIONS: readonly AdminOperation[] = [
  getConfigFile,
  checkConfig,
  putConfigFile,
  listHistory,
  getHistory,
  restoreHistory,
];
