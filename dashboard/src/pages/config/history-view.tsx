// The texts that the file had: when, by whom, what each changed; and back to one of them.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { useResource } from "../../parts/resource.ts";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { configWords } from "../../words/config/words.ts";
import { moment, whole } from "../../words/figures.ts";
import { changeSentence } from "./change-sentence.ts";
import { DiffView } from "./diff-view.tsx";
import { base, type ConfigFile, settle, typed } from "./file-state.ts";
import { ApplyFailure, isOutrun } from "./review-dialog.tsx";

type Entry = Answer<"listConfigHistory">["data"][number];

/** The list. */
export function HistoryView() {
  const words = configWords();
  const file = base.value;
  const { value, failure, reload } = useResource(
    async (signal) => (await call("listConfigHistory", {}, { signal })).data,
    [file?.version],
  );
  const [opened, setOpened] = useState<Entry>();
  if (value === undefined)
    return failure === undefined ? <Loading /> : <Failed failure={failure} onRetry={reload} />;
  if (value.length === 0) return <EmptyState title={words.historyEmpty} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="panel history" tabIndex={0} aria-label={words.tabs.history}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.what}</th>
              <th scope="col" class="number">
                {words.lines}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {value.map((entry) => (
              <Row key={entry.id} entry={entry} onOpen={() => setOpened(entry)} />
            ))}
          </tbody>
        </table>
      </section>
      {opened !== undefined && file !== undefined && (
        <EntryDialog entry={opened} file={file} onClose={() => setOpened(undefined)} />
      )}
    </>
  );
}

function Row({ entry, onOpen }: { readonly entry: Entry; readonly onOpen: () => void }) {
  const words = configWords();
  const { actor } = entry;
  return (
    <tr>
      <th scope="row">{moment(entry.at)}</th>
      <td>
        <bdi>{actor === "file" ? words.actors.file : actor}</bdi>
      </td>
      <td>
        {entry.is_current && <span class="chip good">{words.current}</span>}{" "}
        <bdi>{changeSentence(entry).slice(0, 300)}</bdi>
      </td>
      <td class="number">{whole(entry.lines)}</td>
      <td class="number">
        <button type="button" class="button" onClick={onOpen}>
          {words.show}
        </button>
      </td>
    </tr>
  );
}

type EntryProps = { readonly entry: Entry; readonly file: ConfigFile; readonly onClose: () => void };

function EntryDialog({ entry, file, onClose }: EntryProps) {
  const words = configWords();
  const { value, failure, reload } = useResource(
    async (signal) => (await call("getConfigHistory", { params: { id: entry.id } }, { signal })).text,
    [entry.id],
  );
  const { refused, isBusy, rollBack } = useRollBack({ entry, file, onClose });
  return (
    <Dialog
      title={words.historyTitle(moment(entry.at))}
      isWide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {appWords().close}
          </button>
          {!entry.is_current && (
            <button
              type="button"
              class="button is-danger"
              disabled={isBusy || value === undefined}
              onClick={() => void rollBack()}
            >
              {words.rollBack}
            </button>
          )}
        </>
      }
    >
      <div class="stack">
        {refused !== undefined && <ApplyFailure failure={refused} />}
        {value !== undefined && <EntryText text={value} isCurrent={entry.is_current} now={file.text} />}
        {value === undefined && failure === undefined && <Loading />}
        {value === undefined && failure !== undefined && <Failed failure={failure} onRetry={reload} />}
      </div>
    </Dialog>
  );
}

type RollBack = {
  /** Why it was not done. */
  readonly refused: Error | undefined;
  readonly isBusy: boolean;
  readonly rollBack: () => Promise<void>;
};

/** Puts the text of an entry in force again, over the file as it was shown. */
function useRollBack({ entry, file, onClose }: EntryProps): RollBack {
  const words = configWords();
  const [refused, setRefused] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const rollBack = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setRefused(undefined);
    try {
      const params = { id: entry.id };
      const { file: now } = await call("restoreConfigHistory", { params, body: { version: file.version } });
      takeOver(now);
      toast(words.rolledBack);
      onClose();
    } catch (error) {
      const isTold = await isOutrun(error, file);
      setRefused(
        isTold ? new Error(words.conflict) : error instanceof Error ? error : new Error(String(error)),
      );
      setBusy(false);
    }
  };
  return { refused, isBusy, rollBack };
}

type EntryTextProps = {
  readonly text: string;
  readonly isCurrent: boolean;
  /** What the file has. */
  readonly now: string;
};

/** The text of an entry: what it would change, or all of it. */
function EntryText({ text, isCurrent, now }: EntryTextProps) {
  const words = configWords();
  const [isWhole, setWhole] = useState(isCurrent);
  return (
    <>
      <div class="row">
        {[false, true].map((one) => (
          <button
            key={String(one)}
            type="button"
            class="button"
            aria-pressed={one === isWhole}
            onClick={() => setWhole(one)}
          >
            {one ? words.wholeText : words.difference}
          </button>
        ))}
      </div>
      {isWhole ? <WholeText text={text} /> : <DiffView before={now} after={text} words={words} />}
    </>
  );
}

function WholeText({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section tabIndex={0} aria-label={configWords().wholeText}>
      <pre class="whole-text">{text}</pre>
    </section>
  );
}

/** What is typed stays, over the file as it is now. */
function takeOver(file: ConfigFile): void {
  const text = typed.value;
  settle(file);
  if (text !== undefined && text !== file.text) typed.value = text;
}
