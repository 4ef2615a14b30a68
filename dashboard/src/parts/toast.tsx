// A sentence that goes away by itself.

import { signal } from "@preact/signals";

const SHOWN_MS = 5_000;
const MOST = 3;

type ToastText = { readonly id: number; readonly text: string };

const shown = signal<readonly ToastText[]>([]);

/** Says a sentence for some seconds. */
export function toast(text: string): void {
  const id = (shown.value.at(-1)?.id ?? 0) + 1;
  shown.value = [...shown.value, { id, text }].slice(-MOST);
  setTimeout(() => {
    shown.value = shown.value.filter((one) => one.id !== id);
  }, SHOWN_MS);
}

/** The place where they are shown, once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, text }) => (
        <div class="toast" key={id}>
          {text}
        </div>
      ))}
    </div>
  );
}
