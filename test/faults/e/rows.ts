// Part E of the catalogue of faults: bodies of requests.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_E = `
67 | A body over the limit, a lying length, chunks without end | 413 that names the setting; 400; 408
68 | No valid JSON: cut, garbage at the end, NaN, comments, a byte order mark, UTF-16, empty | 400 with the position, in OpenAI's shape, without the content
69 | Invalid UTF-8 in the prompt | forwarded as it is where \`model\` can be read
70 | A hundred thousand levels | 400 before anything walks down
71 | \`model\` twice | 400: gateway and endpoint must not read different names
72 | \`model\` escaped, inside messages, inside a text, after 10 MB | only the top level's counts, and it is decoded first
73 | \`model\` missing, null, a number, a list, a megabyte long, \`__proto__\`, \`../x\`, with a line end | 400 or 404; labels of metrics are bounded
74 | Keys called \`__proto__\` and \`constructor\` | no prototype changes
75 | Lone surrogates, emoji, U+2028, \`\\u0000\` | the same bytes
76 | Integers of 64 bits, \`1.0\`, \`1e400\`, the order of keys, unknown fields | the same bytes but for the name of the model
77 | A million keys that are integers, a million messages | read in bounded time, other requests are served meanwhile
78 | \`stream\` as a text or a number, \`stream_options\` an endpoint does not know | 400; the gateway adds no option of its own
79 | Forms with a huge boundary, without an end, with many parts, with \`model\` after the file | read in linear time and within limits
80 | A compressed request: gzip, deflate, br, zstd; a bomb, broken, another coding, several | unpacked within \`server.max_body\` and sent on plain; 413 at the bound, 400, 415 with what is accepted
81 | \`api_base\`, \`base_url\`, \`api_key\` and headers that name a host | never change where a request goes
82 | Addresses of images at metadata services or \`0.0.0.0\` | the gateway never fetches them
134 | \`Model\`, \`model[]\`, \`%6dodel\`, a \`model\` that is a file, JSON before a form: what some readers take for the model | 400: gateway and endpoint must not read different names
214 | JSON under another content type, behind a byte order mark, zeros or long white space, beside a query that names the model | 400: never sent on unread
135 | Content-Type, Content-Encoding or a boundary twice, a character set other than UTF-8 | 400, or 415: gateway and endpoint must not read different bodies
136 | 64 MiB of escaped keys, numbers, brackets, white space, one string, a thousand parts | read in slices of 256 KiB, one a turn of the event loop
357 | Calls and results in Gemini's words whose ids are missing, repeated, 10 KB long or nobody's; signatures that are none, or another's | each result finds its call or is told as text; a signature is read or left out; nobody is refused for it
`;
