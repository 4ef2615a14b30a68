// A dialog over the page: the browser keeps the focus in it and closes it by Escape.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { appWords } from "../words/app/words.ts";
import { Icon } from "./icon.tsx";

/** What a dialog is given. */
export type DialogProps = {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Buttons below. */
  readonly foot?: ComponentChildren;
  readonly isWide?: boolean;
  /** Left out where it cannot be closed before something is done. */
  readonly onClose?: () => void;
};

/** Open as long as it is there. The focus goes back to where it was. */
export function Dialog({ title, children, foot, isWide = false, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={isWide ? "dialog is-wide" : "dialog"}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        {onClose !== undefined && (
          <button
            type="button"
            class="button is-plain is-icon"
            aria-label={appWords().close}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div class="dialog-body">{children}</div>
      {foot !== undefined && <div class="dialog-foot">{foot}</div>}
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  title,
  says,
  onConfirm,
  onClose,
}: {
  /** On the button too. */
  readonly title: string;
  readonly says: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <button type="button" class="button is-danger" onClick={onConfirm}>
          {title}
        </button>
      }
    >
      <p>{says}</p>
    </Dialog>
  );
}
