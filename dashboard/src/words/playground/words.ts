// The words of the page Playground, in the viewer's language.

import { catalogue } from "../language.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";
import { zhTw } from "./zh-tw.ts";

/** The words of the page Playground, in the viewer's language. */
export const playgroundWords = catalogue({ en, "zh-TW": zhTw, "zh-CN": zhCn });
