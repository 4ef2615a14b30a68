// Names by which credentials travel, in headers and in queries. Only the name is looked at: a value tells nothing.

/**
 * Words inside a name. Separators are taken out before, so that `x_api-key`, `apiKey` and `API KEY` are one. A few end
 * where the name ends, since `keywords` and `signal` are none.
 */
const WORDS =
  /apikey|accesskey|secret|token(?!count|izer|type|s)|auth(?!or(?:s|id|name)?$)|passw|passphrase|credential|signature|cookie|bearer|jwt|assertion|subscriptionkey|sessionkey|privatekey|clientkey|masterkey|virtualkey|userkey|licensekey|sharedkey|signingkey|security/;
const WHOLE =
  /^(?:key|keys|sig|sign|hmac|sid|sessid|sessionid|pw|pwd|pass|pat|ticket|code|otp|cert|cred|creds|login)$/;
const ENDS = /[-_. ](?:key|keys|sig|pwd|sid|otp)$/;
/** Read by APIs, and no credential although they look like one. */
const HARMLESS: ReadonlySet<string> = new Set(["idempotency-key", "x-idempotency-key", "idempotency_key"]);

/** Whether a header or a parameter of this lower-case name may hold a credential. */
export function isCredentialName(given: string): boolean {
  // `key[]` and `key[0]` are read into `key` by some.
  const name = given.replace(/\[[^\]]*\]$/, "");
  if (HARMLESS.has(name)) return false;
  return WHOLE.test(name) || ENDS.test(name) || WORDS.test(name.replaceAll(/[^a-z0-9]/g, ""));
}
