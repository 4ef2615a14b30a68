// The words for changes of the configuration, in the viewer's language.

import { catalogue } from "../language.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";
import { zhTw } from "./zh-tw.ts";

/** The words for changes of the configuration, in the viewer's language. */
export const changeWords = catalogue({ en, "zh-TW": zhTw, "zh-CN": zhCn });
