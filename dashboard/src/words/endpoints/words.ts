// The words of the page Endpoints, in the viewer's language.

import { catalogue } from "../language.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";
import { zhTw } from "./zh-tw.ts";

/** The words of the page Endpoints, in the viewer's language. */
export const endpointsWords = catalogue({ en, "zh-TW": zhTw, "zh-CN": zhCn });
