// The text of the file: line numbers, and a mark on each line that has a problem.

import { useEffect, useId, useRef } from "preact/hooks";
import { configWords } from "../../words/config/words.ts";
import type { ConfigProblem } from "./file-state.ts";

/** What the editor is given. */
export type EditorProps = {
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  readonly isReadOnly: boolean;
  readonly onInput: (text: string) => void;
  /** Where a line can be gone to; the function takes its number from 1. */
  readonly jump: { current: ((line: number) => void) | undefined };
};

/** As the style sheet has it. */
const LINE_PX = 20;
const PAD_PX = 8;
const INDENT = "  ";

/** The editor. Tab indents, until Escape is pressed: then it leaves, so that nobody is caught in it. */
export function Editor({ text, problems, isReadOnly, onInput, jump }: EditorProps) {
  const words = configWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const keys = useTypingKeys(isReadOnly);
  const id = useId();
  useEffect(() => {
    jump.current = (line) => goTo(area.current, line);
  }, [jump]);
  const onScroll = (): void => {
    if (layer.current !== null && area.current !== null)
      layer.current.style.transform = `translateY(${-area.current.scrollTop}px)`;
  };
  return (
    <div class="editor">
      <div class="editor-side" aria-hidden="true">
        <div ref={layer} class="editor-layer">
          <LineNumbers count={text.split("\n").length} problems={problems} />
        </div>
      </div>
      <textarea
        ref={area}
        class="editor-text"
        aria-label={words.editor}
        aria-describedby={id}
        aria-invalid={problems.some(({ severity }) => severity === "error")}
        value={text}
        readOnly={isReadOnly}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        onScroll={onScroll}
        {...keys}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={id} class="soft editor-hint">
        {words.editorHint}
      </p>
    </div>
  );
}

type TypingKeys = {
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }) => void;
};

/** What Tab, Escape and Enter do. */
function useTypingKeys(isReadOnly: boolean): TypingKeys {
  const isTabFree = useRef(false);
  return {
    onFocus: () => {
      isTabFree.current = false;
    },
    onKeyDown: (event) => {
      // Keys that pick a Chinese word are not ours.
      if (event.isComposing || isReadOnly) return;
      if (event.key === "Escape") isTabFree.current = true;
      else if (event.key === "Tab" && !event.shiftKey && !isTabFree.current) {
        event.preventDefault();
        indent(event.currentTarget);
      } else if (event.key === "Enter") {
        event.preventDefault();
        insert(`\n${indentBefore(event.currentTarget)}`);
      }
    },
  };
}

/** The number of each line, and a mark at those that have a problem. */
function LineNumbers({ count, problems }: { readonly count: number } & Pick<EditorProps, "problems">) {
  return (
    <>
      {marksOf(problems).map(({ line, severity }) => (
        <div
          key={line}
          class={`editor-mark ${severity}`}
          style={{ top: `${PAD_PX + (line - 1) * LINE_PX}px` }}
        />
      ))}
      <pre class="editor-numbers">{numbers(count)}</pre>
    </>
  );
}

/** One mark a line, the worst. */
function marksOf(problems: readonly ConfigProblem[]): readonly Pick<ConfigProblem, "line" | "severity">[] {
  const byLine = new Map<number, ConfigProblem["severity"]>();
  for (const { line, severity } of problems)
    if (line > 0 && byLine.get(line) !== "error") byLine.set(line, severity);
  return [...byLine].map(([line, severity]) => ({ line, severity }));
}

function numbers(count: number): string {
  return Array.from({ length: count }, (_one, at) => at + 1).join("\n");
}

function goTo(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return;
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = Math.max(0, (line - 1) * LINE_PX - area.clientHeight / 3);
}

/** The browser's own way keeps its undo; it is old, and there is no other. */
function insert(text: string): void {
  document.execCommand("insertText", false, text);
}

function indentBefore({ value, selectionStart }: HTMLTextAreaElement): string {
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  return /^ */.exec(line)?.[0] ?? "";
}

/** Adds to the line, or to each line that is selected. */
function indent(area: HTMLTextAreaElement): void {
  const { value, selectionStart: start, selectionEnd: end } = area;
  if (!value.slice(start, end).includes("\n")) {
    insert(INDENT);
    return;
  }
  const from = value.lastIndexOf("\n", start - 1) + 1;
  area.setSelectionRange(from, end);
  const moved = value.slice(from, end).replaceAll(/^(?=.)/gm, INDENT);
  insert(moved);
  area.setSelectionRange(from, from + moved.length);
}
