// What the viewer has to know of the connection: that it is lost, and that the gateway is now another one than the page.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import { isReachable } from "../api/state.ts";
import { toast } from "../parts/toast.tsx";
import { appWords } from "../words/app/words.ts";

const AGAIN_MS = 2_000;
const BUILD_ADDRESS = "/ui/build";

const isStale = signal(false);

/** The banners; nothing while all is well. */
export function Banners() {
  const words = appWords();
  useEffect(watchConnection, []);
  return (
    <div aria-live="polite">
      {!isReachable.value && <div class="banner is-bad">{words.lost}</div>}
      {isStale.value && (
        <div class="banner">
          {words.stale}
          <button type="button" class="button" onClick={() => location.reload()}>
            {words.reload}
          </button>
        </div>
      )}
    </div>
  );
}

/** Asks again and again while nothing answers; once something does, it may be a newer gateway. */
function watchConnection(): () => void {
  let wasReachable = isReachable.value;
  const timer = setInterval(() => {
    if (!isReachable.value && document.visibilityState === "visible")
      void call("getSession").catch(() => undefined);
  }, AGAIN_MS);
  const stop = isReachable.subscribe((isBack) => {
    if (isBack && !wasReachable) {
      toast(appWords().back);
      void lookAtBuild();
    }
    wasReachable = isBack;
  });
  const onVisible = (): void => {
    if (document.visibilityState === "visible") void lookAtBuild();
  };
  document.addEventListener("visibilitychange", onVisible);
  return () => {
    clearInterval(timer);
    stop();
    document.removeEventListener("visibilitychange", onVisible);
  };
}

async function lookAtBuild(): Promise<void> {
  try {
    const answer = await fetch(BUILD_ADDRESS, { cache: "no-store" });
    const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content;
    if (answer.ok) isStale.value = (await answer.text()).trim() !== own;
  } catch {
    // It is gone again; the other banner says so.
  }
}
