// The file: its state, its text to be changed, and its problems.

import { useEffect, useRef, useState } from "preact/hooks";
import { place, setQuery } from "../../app/router.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { appWords } from "../../words/app/words.ts";
import { configWords } from "../../words/config/words.ts";
import { whole } from "../../words/figures.ts";
import { Editor } from "./editor.tsx";
import {
  base,
  type ConfigFile,
  type ConfigProblem,
  discard,
  textNow,
  theirs,
  type,
  typed,
} from "./file-state.ts";
import { ReviewDialog } from "./review-dialog.tsx";
import { TheirsDialog } from "./theirs-dialog.tsx";
import { type Checked, useCheck } from "./use-check.ts";

type Opened = "review" | "theirs" | "discard";

/** The view; `onReload` reads the file anew. */
export function FileView({ onReload }: { readonly onReload: () => void }) {
  const file = base.value;
  const checked = useCheck();
  const jump = useRef<(line: number) => void>(undefined);
  const [opened, setOpened] = useState<Opened>();
  const wantedLine = place.value.query.get("line");
  useEffect(() => {
    if (wantedLine === null) return;
    jump.current?.(Number(wantedLine));
    setQuery({ line: undefined });
  }, [wantedLine]);
  if (file === undefined) return null;
  return (
    <div class="stack">
      <FileState file={file} onSeeTheirs={() => setOpened("theirs")} />
      <Editor
        text={textNow()}
        problems={checked.problems}
        isReadOnly={!file.is_writable}
        onInput={type}
        jump={jump}
      />
      <Foot checked={checked} onOpen={setOpened} />
      <ProblemList problems={checked.problems} onJump={(line) => jump.current?.(line)} />
      {opened === "review" && (
        <ReviewDialog
          file={file}
          text={textNow()}
          change={checked.change}
          onConflict={() => {
            setOpened("theirs");
            onReload();
          }}
          onClose={() => setOpened(undefined)}
        />
      )}
      {opened === "theirs" && theirs.value !== undefined && (
        <TheirsDialog mine={file} now={theirs.value} onClose={() => setOpened(undefined)} />
      )}
      {opened === "discard" && <DiscardDialog onClose={() => setOpened(undefined)} />}
    </div>
  );
}

function FileState({ file, onSeeTheirs }: { readonly file: ConfigFile; readonly onSeeTheirs: () => void }) {
  const words = configWords();
  const isBroken = file.problems.some(({ severity }) => severity === "error");
  return (
    <>
      <div class="row">
        <code class="clip" title={file.path}>
          {file.path}
        </code>
        {typed.value !== undefined ? (
          <span class="chip warn">{words.changed}</span>
        ) : (
          file.is_in_force && <span class="chip good">{words.inForce}</span>
        )}
      </div>
      {isBroken && (
        <p class="notice bad" role="alert">
          {words.broken}
        </p>
      )}
      {!isBroken && !file.is_in_force && <p class="notice warn">{words.notYet}</p>}
      {!file.is_writable && <p class="notice">{words.readOnly}</p>}
      {theirs.value !== undefined && (
        <div class="notice warn row" role="alert">
          <span class="grow">{words.changedOnDisk}</span>
          <button type="button" class="button" onClick={onSeeTheirs}>
            {words.seeTheirs}
          </button>
        </div>
      )}
      {file.text.includes("<kept ") && <p class="soft">{words.secrets}</p>}
    </>
  );
}

function Foot({ checked, onOpen }: { readonly checked: Checked; readonly onOpen: (opened: Opened) => void }) {
  const words = configWords();
  const isTyped = typed.value !== undefined;
  const errors = checked.problems.filter(({ severity }) => severity === "error").length;
  const warnings = checked.problems.length - errors;
  const says = checked.isChecking
    ? words.checking
    : (checked.failure?.message ??
      (checked.problems.length === 0 ? words.good : words.problems(errors, warnings)));
  const mood = checked.isChecking ? "soft" : errors > 0 || checked.failure !== undefined ? "bad" : "good";
  return (
    <div class="row">
      <span class={`grow ${warnings > 0 && errors === 0 ? "warn" : mood}`} role="status">
        {says}
      </span>
      {isTyped && (
        <button type="button" class="button" onClick={() => onOpen("discard")}>
          {words.discard}
        </button>
      )}
      <button
        type="button"
        class="button is-main"
        disabled={!isTyped || !checked.isGood || checked.isChecking}
        onClick={() => onOpen(theirs.value === undefined ? "review" : "theirs")}
      >
        {words.review}
      </button>
    </div>
  );
}

function ProblemList({
  problems,
  onJump,
}: {
  readonly problems: readonly ConfigProblem[];
  readonly onJump: (line: number) => void;
}) {
  const words = configWords();
  if (problems.length === 0) return null;
  return (
    <ul class="problem-list" aria-label={words.problemList}>
      {problems.map((problem) => (
        <li
          key={`${problem.line} ${problem.column} ${problem.code} ${problem.message}`}
          class={problem.severity}
        >
          {problem.line === 0 ? (
            <span class="soft">{words.wholeFile}</span>
          ) : (
            <button type="button" class="button is-plain" onClick={() => onJump(problem.line)}>
              {words.atLine(whole(problem.line))}
            </button>
          )}
          <span>
            <code>{problem.code}</code> <bdi>{problem.message}</bdi>
            {problem.fix !== null && (
              <>
                {" "}
                <span class="soft">{words.fix}</span> <bdi>{problem.fix}</bdi>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function DiscardDialog({ onClose }: { readonly onClose: () => void }) {
  const words = configWords();
  return (
    <Dialog
      title={words.discard}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {appWords().cancel}
          </button>
          <button
            type="button"
            class="button is-danger"
            onClick={() => {
              discard();
              onClose();
            }}
          >
            {words.discard}
          </button>
        </>
      }
    >
      <p>{words.discardAsk}</p>
    </Dialog>
  );
}
