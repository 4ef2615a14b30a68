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
  'kind.proxy': ['the address of a proxy, such as "http://proxy.example.com:3128", or off', '代理伺服器的位址（例如 "http://proxy.example.com:3128"）或 off'],
  'proxy.inVariable': ['the variable {variable} {problem}; it is not used', '環境變數 {variable} {problem}；不會採用'],
  'tls.unreadable': ['cannot be read', '無法讀取'],
  'tls.noCertificate': ['has no certificate ("-----BEGIN CERTIFICATE-----") in it', '裡面沒有憑證（「-----BEGIN CERTIFICATE-----」）'],
  'tls.brokenCertificate': ['has a certificate that cannot be read', '裡面有無法解讀的憑證'],
  'tls.noKey': ['has no private key ("-----BEGIN PRIVATE KEY-----") in it', '裡面沒有私密金鑰（「-----BEGIN PRIVATE KEY-----」）'],
  'tls.encryptedKey': ['is encrypted, and not by this key_passphrase', '已加密，而且不是用這個 key_passphrase'],
  'tls.brokenKey': ['has a key that cannot be read', '裡面的金鑰無法解讀'],
  'tls.mismatch': ['has a key that does not belong to the first certificate of cert_file', '裡面的金鑰與 cert_file 的第一張憑證不相符'],
  'tls.unusable': ['has a certificate or a key that TLS does not take', '裡面的憑證或金鑰無法用於 TLS'],
  'tls.expired': ['has a certificate that expired on {date}', '裡面的憑證已於 {date} 過期'],
  'tls.notYet': ['has a certificate that is not valid before {date}', '裡面的憑證要到 {date} 才生效'],
  'tls.soon': ['has a certificate that expires on {date}', '裡面的憑證將於 {date} 過期'],
  'tls.refused': ['server.tls: {file} {problem}; the certificate before it stays in force', 'server.tls：{file} {problem}；繼續使用先前的憑證'],
  'tls.fixPath': ['check the path, which is relative to this file, and the permissions', '請檢查路徑（相對於這個檔案）與讀取權限'],
  'tls.fixPem': ['name the file with the whole chain, such as fullchain.pem', '請指定含完整憑證鏈的檔案，例如 fullchain.pem'],
  'tls.fixKeyPem': ['name the file with the key, such as privkey.pem', '請指定金鑰檔，例如 privkey.pem'],
  'tls.fixCopy': ['copy the file again', '請重新複製這個檔案'],
  'tls.fixPassphrase': ['set server.tls.key_passphrase, or write the key without encryption', '請設定 server.tls.key_passphrase，或改用未加密的金鑰'],
  'tls.fixMismatch': ['name the two files of one certificate; its own certificate comes first in cert_file', '請指定同一張憑證的兩個檔案；cert_file 裡要先放伺服器自己的憑證'],
  'tls.fixRenew': ['renew the certificate; it is taken over without a restart', '請更新憑證；不必重新啟動就會生效'],
} as const satisfies MessageTable;
