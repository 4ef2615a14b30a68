// The sentences of `../network.ts`, 简体中文.

import type { SentencesOf } from "../message-table.ts";
import type { NETWORK_MESSAGES } from "../network.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const networkZhCn = (): SentencesOf<typeof NETWORK_MESSAGES> => ({
  'proxy.empty': '是空的',
  'proxy.odd': '含有空白、全角或不可见字符',
  'proxy.socks': '是 SOCKS 代理；只支持 HTTP 代理',
  'proxy.scheme': '不是以 http:// 或 https:// 开头',
  'proxy.notUrl': '不是代理服务器的地址',
  'proxy.unencoded': '账号或密码中有“/”、“?”或“#”，网址会在那里结束',
  'proxy.path': '含有路径、查询字符串或片段',
  'proxy.flag': '是 true，没有指出代理服务器',
  'proxy.fix': '请写成“http://user:password@proxy.example.com:3128”，或写 off',
  'proxy.fixSocks': '请改用该代理程序的 HTTP 端口；这类程序大多都有',
  'proxy.fixEncode': '请对账号与密码做百分号编码：“/”写成 %2F、“?”写成 %3F、“#”写成 %23、“@”写成 %40',
  'kind.proxy': '代理服务器的地址（例如 "http://proxy.example.com:3128"）或 off',
  'proxy.inVariable': '环境变量 {variable} {problem}；不会采用',
  'tls.unreadable': '无法读取',
  'tls.noCertificate': '里面没有证书（“-----BEGIN CERTIFICATE-----”）',
  'tls.brokenCertificate': '里面有无法解读的证书',
  'tls.noKey': '里面没有私钥（“-----BEGIN PRIVATE KEY-----”）',
  'tls.encryptedKey': '已加密，而且用的不是这个 key_passphrase',
  'tls.brokenKey': '里面的私钥无法解读',
  'tls.mismatch': '里面的私钥与 cert_file 的第一个证书不匹配',
  'tls.unusable': '里面的证书或私钥无法用于 TLS',
  'tls.expired': '里面的证书已于 {date} 过期',
  'tls.notYet': '里面的证书要到 {date} 才生效',
  'tls.soon': '里面的证书将于 {date} 过期',
  'tls.refused': 'server.tls：{file} {problem}；继续使用之前的证书',
  'tls.fixPath': '请检查路径（相对于这个文件）与读取权限',
  'tls.fixPem': '请指定含完整证书链的文件，例如 fullchain.pem',
  'tls.fixKeyPem': '请指定私钥文件，例如 privkey.pem',
  'tls.fixCopy': '请重新复制这个文件',
  'tls.fixPassphrase': '请设置 server.tls.key_passphrase，或改用未加密的私钥',
  'tls.fixMismatch': '请指定同一个证书的两个文件；cert_file 中要先放服务器自己的证书',
  'clientCertificate.fixPassphrase': '请在旁边设置 key_passphrase，或改用未加密的私钥',
  'clientCertificate.fixMismatch': '请指定同一个证书的两个文件；cert_file 中要先放它自己的证书',
  'clientCertificate.fixRenew': '请更新证书，不必重启就会生效；在那之前端点可能会拒绝网关',
  'clientCertificate.plain': 'tls 在这里不起作用：base_url 以 http:// 开头，不会有人要求证书',
  'clientCertificate.fixPlain': 'base_url 改写 https://，或移除 tls',
  'tls.fixRenew': '请更新证书；不必重启就会生效',
});
