// The words of the page Usage, in the viewer's language.

import { catalogue } from "../language.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";
import { zhTw } from "./zh-tw.ts";

/** The words of the page Usage, in the viewer's language. */
export const usageWords = catalogue({ en, "zh-TW": zhTw, "zh-CN": zhCn });
