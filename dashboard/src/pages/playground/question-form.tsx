// The question: texts, pictures and parameters.

import { useRef } from "preact/hooks";
import { TextArea, TextField } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { toast } from "../../parts/toast.tsx";
import { bytes } from "../../words/figures.ts";
import { playgroundWords } from "../../words/playground/words.ts";
import { badFields, MOST_BYTES, type Picture, pictureOf, type Question, question } from "./question.ts";

/** What the form is given. */
export type QuestionFormProps = {
  readonly canAsk: boolean;
  readonly isBusy: boolean;
  readonly onAsk: () => void;
  readonly onStop: () => void;
};

/** The form. Ctrl or Cmd with Enter sends it from any field. */
export function QuestionForm({ canAsk, isBusy, onAsk, onStop }: QuestionFormProps) {
  const words = playgroundWords();
  return (
    <form
      class="panel panel-body stack"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
        event.preventDefault();
        onAsk();
      }}
    >
      <Texts />
      <Pictures pictures={question.value.pictures} />
      <div class="row question-foot">
        <Parameters />
        <span class="grow" />
        {isBusy && (
          <button type="button" class="button is-danger" onClick={onStop}>
            {words.stop}
          </button>
        )}
        <button type="submit" class="button is-main" disabled={!canAsk}>
          {words.ask}
        </button>
      </div>
    </form>
  );
}

function change(changes: Partial<Question>): void {
  question.value = { ...question.value, ...changes };
}

function Texts() {
  const words = playgroundWords();
  const { system, user } = question.value;
  return (
    <div class="question">
      <TextArea label={words.system} rows={3} value={system} onInput={(text) => change({ system: text })} />
      <TextArea
        label={words.user}
        rows={3}
        value={user}
        placeholder={words.userPlaceholder}
        onInput={(text) => change({ user: text })}
      />
    </div>
  );
}

function Parameters() {
  const words = playgroundWords();
  const { temperature, maxTokens } = question.value;
  const bad = badFields(question.value);
  return (
    <>
      <TextField
        label={words.temperature}
        value={temperature}
        placeholder={words.usual}
        problem={bad.has("temperature") ? words.badTemperature : undefined}
        onInput={(text) => change({ temperature: text })}
      />
      <TextField
        label={words.maxTokens}
        value={maxTokens}
        placeholder={words.usual}
        problem={bad.has("maxTokens") ? words.badMaxTokens : undefined}
        onInput={(text) => change({ maxTokens: text })}
      />
    </>
  );
}

function Pictures({ pictures }: { readonly pictures: readonly Picture[] }) {
  const words = playgroundWords();
  const field = useRef<HTMLInputElement>(null);
  const add = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const soFar = question.value.pictures.reduce((sum, one) => sum + one.bytes, 0);
      const read = await pictureOf(file, soFar);
      if (read === "type") toast(words.badType(file.name));
      else if (read === "size") toast(words.tooLarge(bytes(MOST_BYTES)));
      else if (read === "unreadable") toast(words.unreadable(file.name));
      else change({ pictures: [...question.value.pictures, read] });
    }
  };
  return (
    <div class="row">
      <button type="button" class="button" onClick={() => field.current?.click()}>
        {words.images}
      </button>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        accept="image/png,image/jpeg,image/webp,image/gif"
        aria-label={words.images}
        onChange={(event) => {
          void add([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen once more after it was taken away.
          event.currentTarget.value = "";
        }}
      />
      {pictures.map((picture) => (
        <span key={picture.url} class="picture">
          <img src={picture.url} alt={picture.name} />
          <button
            type="button"
            class="button is-plain is-icon"
            aria-label={words.dropImage(picture.name)}
            onClick={() => {
              change({ pictures: question.value.pictures.filter((one) => one !== picture) });
            }}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
    </div>
  );
}
