// The store where there is none: takes nothing, keeps nothing, and says so to whoever asks.

import type { RunningStore, StoreState } from "./store.ts";
import { StoreFailure } from "./store-failure.ts";

const STATE: StoreState = { kind: "off", health: "ok", queued: 0, lost: 0, bytes: 0 };

/** No store. */
export class NoStore implements RunningStore {
  append(): void {}

  keep(): void {}

  usage(): Promise<never> {
    return refuse();
  }

  latency(): Promise<never> {
    return refuse();
  }

  beats(): Promise<never> {
    return refuse();
  }

  requests(): Promise<never> {
    return refuse();
  }

  records(): Promise<never> {
    return refuse();
  }

  put(): Promise<never> {
    return refuse();
  }

  remove(): Promise<never> {
    return refuse();
  }

  audit(): Promise<never> {
    return refuse();
  }

  audits(): Promise<never> {
    return refuse();
  }

  state(): StoreState {
    return STATE;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new StoreFailure("off", "Nothing is kept: the store is off."));
}
