// The words of the page Config, in the viewer's language.

import { catalogue } from "../language.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";
import { zhTw } from "./zh-tw.ts";

/** The words of the page Config, in the viewer's language. */
export const configWords = catalogue({ en, "zh-TW": zhTw, "zh-CN": zhCn });
