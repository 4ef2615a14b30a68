// A dialog with a form that is kept by the gateway: what it finds wrong is said in it, what is typed stays, and where
// somebody else was faster the viewer chooses whose version counts.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Failure } from "../api/failure.ts";
import { appWords } from "../words/app/words.ts";
import { Dialog } from "./dialog.tsx";

/** What such a dialog is given. */
export type FormDialogProps = {
  readonly title: string;
  /** On the button that keeps it. */
  readonly submit: string;
  /** Whether what is typed can be sent. */
  readonly isReady: boolean;
  /** Sends it; `isForced`: whatever was changed meanwhile. Rejects with what is wrong. */
  readonly onSave: (isForced: boolean) => Promise<void>;
  /** Left out for what is new: nobody can have changed it. */
  readonly conflict?: { readonly says: string; readonly takeTheirs: () => Promise<void> } | undefined;
  readonly onClose: () => void;
  /** The fields, by what was wrong with the last try. */
  readonly children: (failure: unknown) => ComponentChildren;
};

/** Open as long as it is there. */
export function FormDialog(props: FormDialogProps) {
  const { title, submit, isReady, onSave, conflict, onClose, children } = props;
  const formId = useId();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const isConflict = failure instanceof Failure && failure.status === 409 && conflict !== undefined;
  const save = async (isForced: boolean): Promise<void> => {
    if (isBusy || !isReady) return;
    setBusy(true);
    setFailure(undefined);
    await onSave(isForced).catch(setFailure);
    setBusy(false);
  };
  return (
    <Dialog
      title={title}
      isWide
      onClose={onClose}
      foot={<Foot {...{ formId, submit, onClose }} isOff={isBusy || !isReady} />}
    >
      <form
        id={formId}
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save(false);
        }}
      >
        {isConflict && (
          <Conflict
            says={conflict.says}
            onTake={() => void conflict.takeTheirs().then(() => setFailure(undefined), setFailure)}
            onOverwrite={() => void save(true)}
          />
        )}
        {failure instanceof Error && !isConflict && <Problems failure={failure} />}
        {children(failure)}
      </form>
    </Dialog>
  );
}

function Foot({
  formId,
  submit,
  isOff,
  onClose,
}: {
  readonly formId: string;
  readonly submit: string;
  readonly isOff: boolean;
  readonly onClose: () => void;
}) {
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        {appWords().cancel}
      </button>
      <button type="submit" form={formId} class="button is-main" disabled={isOff}>
        {submit}
      </button>
    </>
  );
}

function Conflict({
  says,
  onTake,
  onOverwrite,
}: {
  readonly says: string;
  readonly onTake: () => void;
  readonly onOverwrite: () => void;
}) {
  const words = appWords();
  return (
    <div class="notice warn row" role="alert">
      <span class="grow">{says}</span>
      <button type="button" class="button" onClick={onTake}>
        {words.takeTheirs}
      </button>
      <button type="button" class="button" onClick={onOverwrite}>
        {words.saveAnyway}
      </button>
    </div>
  );
}

/** What is wrong, whether or not one of the fields says it too. */
function Problems({ failure }: { readonly failure: Error }) {
  const problems = failure instanceof Failure ? failure.problems : [];
  return (
    <div class="notice bad" role="alert">
      <p>{failure.message}</p>
      {problems.map(({ at, message }) => (
        <p key={`${at} ${message}`}>
          <code>{at}</code> {message}
        </p>
      ))}
    </div>
  );
}
