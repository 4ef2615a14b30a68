// The sentences of `../network.ts`, 繁體中文.

import type { SentencesOf } from "../message-table.ts";
import type { NETWORK_MESSAGES } from "../network.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const networkZhTw = (): SentencesOf<typeof NETWORK_MESSAGES> => ({
  'proxy.empty': '是空的',
  'proxy.odd': '含有空白、全形或不可見字元',
  'proxy.socks': '是 SOCKS 代理；只支援 HTTP 代理',
  'proxy.scheme': '不是以 http:// 或 https:// 開頭',
  'proxy.notUrl': '不是代理伺服器的位址',
  'proxy.unencoded': '帳號或密碼裡有「/」、「?」或「#」，網址會在那裡結束',
  'proxy.path': '含有路徑、查詢字串或片段',
  'proxy.flag': '是 true，沒有指出代理伺服器',
  'proxy.fix': '請寫成「http://user:password@proxy.example.com:3128」，或寫 off',
  'proxy.fixSocks': '請改用該代理程式的 HTTP 連接埠；這類程式大多都有',
  'proxy.fixEncode': '請將帳號與密碼做百分比編碼：「/」寫成 %2F、「?」寫成 %3F、「#」寫成 %23、「@」寫成 %40',
  'kind.proxy': '代理伺服器的位址（例如 "http://proxy.example.com:3128"）或 off',
  'proxy.inVariable': '環境變數 {variable} {problem}；不會採用',
  'tls.unreadable': '無法讀取',
  'tls.noCertificate': '裡面沒有憑證（「-----BEGIN CERTIFICATE-----」）',
  'tls.brokenCertificate': '裡面有無法解讀的憑證',
  'tls.noKey': '裡面沒有私密金鑰（「-----BEGIN PRIVATE KEY-----」）',
  'tls.encryptedKey': '已加密，而且不是用這個 key_passphrase',
  'tls.brokenKey': '裡面的金鑰無法解讀',
  'tls.mismatch': '裡面的金鑰與 cert_file 的第一張憑證不相符',
  'tls.unusable': '裡面的憑證或金鑰無法用於 TLS',
  'tls.expired': '裡面的憑證已於 {date} 過期',
  'tls.notYet': '裡面的憑證要到 {date} 才生效',
  'tls.soon': '裡面的憑證將於 {date} 過期',
  'tls.refused': 'server.tls：{file} {problem}；繼續使用先前的憑證',
  'tls.fixPath': '請檢查路徑（相對於這個檔案）與讀取權限',
  'tls.fixPem': '請指定含完整憑證鏈的檔案，例如 fullchain.pem',
  'tls.fixKeyPem': '請指定金鑰檔，例如 privkey.pem',
  'tls.fixCopy': '請重新複製這個檔案',
  'tls.fixPassphrase': '請設定 server.tls.key_passphrase，或改用未加密的金鑰',
  'tls.fixMismatch': '請指定同一張憑證的兩個檔案；cert_file 裡要先放伺服器自己的憑證',
  'clientCertificate.fixPassphrase': '請在旁邊設定 key_passphrase，或改用未加密的金鑰',
  'clientCertificate.fixMismatch': '請指定同一張憑證的兩個檔案；cert_file 裡要先放它自己的憑證',
  'clientCertificate.fixRenew': '請更新憑證，不必重新啟動就會生效；在那之前端點可能會拒絕閘道',
  'clientCertificate.plain': 'tls 在這裡沒有作用：base_url 以 http:// 開頭，不會有人要求憑證',
  'clientCertificate.fixPlain': 'base_url 改寫 https://，或移除 tls',
  'tls.fixRenew': '請更新憑證；不必重新啟動就會生效',
});
