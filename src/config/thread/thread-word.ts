// The word by which the program knows that it is the thread that reads configurations.

/** The only argument of that thread, where it runs the program again. */
export const CONFIG_THREAD = "configuration-thread";
