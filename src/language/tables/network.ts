// What is wrong with forward proxies, and with the certificate of the listener.

import type { MessageTable } from "./message-table.ts";

/** About forward proxies and the listener's certificate: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const NETWORK_MESSAGES = {
  'proxy.empty': ['is empty', '是空的'],
  'proxy.odd': ['has a space, a full-width or an invisible character in it', '含有空白、全形或不可見字元'],
  'proxy.socks': ['is a SOCKS proxy, and only HTTP proxies can be used', '是 SOCKS 代理；只支援 HTTP 代理'],
  'proxy.scheme': ['does not begin with http:// or https://', '不是以 http:// 或 https:// 開頭'],
  'proxy.notUrl': ['is no address of a proxy', '不是代理伺服器的位址'],
  'proxy.unencoded': ['has a "/", "?" or "#" among its credentials, where a URL ends', '帳號或密碼裡有「/」、「?」或「#」，網址會在那裡結束'],
  'proxy.path': ['has a path, a query or a fragment in it', '含有路徑、查詢字串或片段'],
  'proxy.flag': ['is true, which names no proxy', '是 true，沒有指出代理伺服器'],
  'proxy.fix': ['write it like "http://user:password@proxy.example.com:3128", or off', '請寫成「http://user:password@proxy.example.com:3128」，或寫 off'],
  'proxy.fixSocks': ['use the HTTP port of that proxy; most of these programs have one', '請改用該代理程式的 HTTP 連接埠；這類程式大多都有'],
  'proxy.fixEncode': ['percent-encode the credentials: "/" as %2F, "?" as %3F, "#" as %23, "@" as %40', '請將帳號與密碼做百分比編碼：「/」寫成 %2F、「?」寫成 %3F、「#」寫成 %23、「@」寫成 %40'],
  'proxy.inVariable': ['the variable {variable} {problem}; it is not used', '環境變數 {variable} {problem}；不會採用'],
  'proxy.fixDenied': ['correct the user and password of the proxy, have it allow this host, or name another by "proxy" ({at}); off goes without one', '更正代理的帳號與密碼、請代理允許這個主機，或以「proxy」指定另一個（{at}）；寫 off 表示不經代理'],
  'proxy.fixUnreachable': ['start the proxy, or correct "proxy" ({at}) or HTTPS_PROXY, HTTP_PROXY or ALL_PROXY; proxy: off, or the host in NO_PROXY, goes without one', '啟動代理，或更正「proxy」（{at}）或環境變數 HTTPS_PROXY、HTTP_PROXY、ALL_PROXY；proxy: off 或把主機寫進 NO_PROXY 表示不經代理'],
} as const satisfies MessageTable;
