// The catalogue of faults: what can go wrong, and what is promised then. Each row has tests named `fault NUMBER: …` in
// this folder, or says what belongs to a later version.

/** One row. */
export type FaultRow = {
  readonly number: number;
  /** A letter, `A` to `G`. */
  readonly part: string;
  readonly fault: string;
  readonly promise: string;
  /** What of the promise belongs to a later version, since the thing it is about is not there yet. */
  readonly later: string | undefined;
};

/** A part of the catalogue with its rows. */
export type FaultPart = {
  readonly letter: string;
  readonly title: string;
  readonly rows: readonly FaultRow[];
};

const A = `
1 | The connection is refused | the next endpoint at once, within milliseconds; a strike against the first
2 | Connecting meets silence (lost SYNs) | given up after \`timeouts.connect\`, then the next endpoint
3 | The name does not exist, or its resolver fails or dawdles | the next endpoint; asked again within a second; other endpoints do not wait
4 | A name's address changes while connections are pooled | old streams finish; new connections go to the new address
5 | The IPv6 address is dead, the IPv4 one is fine | connected by the other within 250 ms
6 | A certificate that is expired, for another host, self-signed or of an unknown authority | the next endpoint; the error names endpoint and reason; checks are never turned off; \`ca_file\` adds an authority
7 | The TLS handshake stalls | counts as connecting, and ends with \`timeouts.connect\`
8 | A pooled connection is closed just as it is used | one free try on a fresh connection; no strike
9 | A peer that is gone without a word | the time limit of the first byte, then the next endpoint
10 | Bytes nobody asked for, or a second answer, on an idle connection | the connection is destroyed; no other client ever sees them
11 | Too many connections, no file descriptors left | a bounded queue, then 503 with \`Retry-After\`; the process lives
12 | No ephemeral ports left | connections are used again, so that ports are not used up | A metric of connections comes with metrics.
13 | Proxies in the environment, \`NO_PROXY\` in odd forms, and endpoints on this machine | these are reached directly, whatever the variables say; an entry that is none matches nothing
258 | A forward proxy is down, its name does not exist, or its certificate is not to be trusted | the next endpoint; a strike; the reason names the proxy's host and port
259 | A forward proxy refuses CONNECT (403, 502, 503, 504, a redirect), closes without a word, cuts the tunnel, babbles or sends a head without an end | the next endpoint, with a word for each; its endpoint is ejected as for any failed connection
260 | A forward proxy wants credentials, or others | the next endpoint; the reason says so; credentials are percent-decoded, and no endpoint ever sees them
261 | A forward proxy, or an endpoint behind it, hangs while the connection is made | given up after \`timeouts.connect\`, and told apart
262 | The credentials of a forward proxy in errors, logs, snapshots, lists, \`doctor\` and problems of the configuration | never, in whatever spelling
263 | A tunnel is cut in the middle of an answer | as any connection that breaks
264 | \`HTTPS_PROXY\`, \`HTTP_PROXY\` or \`ALL_PROXY\` is a SOCKS proxy, or no address at all | a warning at the start and in \`check\` and \`doctor\`; endpoints are asked directly
141 | The client leaves while the connection to the endpoint is being made | the connecting ends at once
142 | Many connections to one TLS endpoint, and reloads that change limits of time | sessions are resumed, authorities are parsed once, connections are shared; a session whose certificate did not pass is never offered
`;

const B = `
14 | Accepts and never answers | the next endpoint at \`timeouts.first_byte\`; 504 when none is left
15 | A reset in the middle of the head, or right behind it | the next endpoint
16 | 1xx answers before the real one, many of them | skipped within bounds, also a 100 that nobody asked for; the final status counts; a 101 is a bad answer: the next endpoint
17 | A head over the limit, or of 10,000 headers | a bad answer: the next endpoint
18 | Bare LF, folded lines, NUL or CR in a header's value | 502 or the next endpoint; never forwarded
19 | Lengths that are doubled or conflict, a length and chunks | 502 or the next endpoint; the connection is closed
20 | Garbage for a status line, HTTP/0.9, another protocol | 502 or the next endpoint
21 | 429 with seconds, a date, milliseconds, nothing, something negative, huge or past | a cool-down of what it says, between 1 s and 1 h, else a growing default
22 | 500, 502, 503, 504, 520 to 524, 529 | the next endpoint
23 | 401 or 403 of one endpoint | the next endpoint; the caller never sees the text about our key; an alarm in the log
24 | 402, or a 429 that means an empty account | the next endpoint; an alarm in the log; a cool-down of ten minutes, or as the endpoint says, a minute at least
25 | No such model, as 404 or 400 in each vendor's words | the next endpoint; this one no longer counts as serving the model
26 | 400 | relayed as it is; nothing is tried again
27 | A redirect, to a metadata address too | not followed; 502 that says so, or the next endpoint
28 | 200 with an error in it, or a login page | a failure: the next endpoint while nothing has been sent; when there is none, the status it should have had
29 | JSON for a stream that was asked, and the other way round | passed on as it came
30 | 204, or an empty body | 502, or the next endpoint
31 | An error page of any size | of one that is not relayed 64 KiB are read at most; then its connection is closed
112 | A 404 or 400 about something else whose text speaks of models, since the caller chose the words | the caller's error: relayed, nothing rests
113 | One request to which every endpoint answers with a limit, a dead key, an empty account or a missing model | it rests one endpoint at most
114 | A request that is too large, too dear or not permitted by itself | nothing rests, the others are asked, whose limits may be larger
115 | An endpoint says that it lacks a model that it lists | believed until its list, asked at once, has the model; where all say so they are asked all the same
116 | An \`error\` field that says nothing, in good answers and events | no error
117 | An error beside \`choices\` | an error: the next endpoint while nothing has been sent
118 | A failure that is shown, a fallback that did not answer | never told as \`ok\`, never named; attempts are counted as made
191 | Nobody could serve | our sentence, then the last endpoint's own words: masked, cleaned, 300 characters at most
192 | Two of three endpoints die in the same instant | a retry goes to a proven endpoint first, and costs no budget there
175 | The only endpoint's own error is shown | counted as the attempts that were made, with no \`ok\` among them; an error that is the caller's answer is \`refused\`
176 | A fallback that cannot be asked, or fails | not named in \`x-oai-gateway-fallback\` or in the body: only the model that has answered is
177 | A request that starts a job (a video, a fine-tuning, an answer in the background, a path that is not known), and its receipt is lost | sent once; a refusal, or a connection that never stood, leads to the next endpoint
178 | The last endpoint's own message, with keys, control characters, pages, without end | follows the gateway's sentence, masked, in one line, at most 300 characters
180 | A DELETE of a model that has fallbacks | no other model is deleted in its place
201 | An error that quotes what the client wrote: an id, a name, a value that speaks of models, keys or accounts | the caller's own: no model, key or account rests for it
202 | A refusal of one request: too large for a limit per minute, more than the account can pay for, a missing scope, one object | the next endpoint, whose limit may be larger; nothing rests and nothing is struck; the last endpoint's own words when none is left
203 | An \`error\` field that says nothing in a good answer; one that says something beside \`choices\` or \`object\` | the first is no error, the second is one; jobs and stored responses that failed stay answers
204 | A first event in a thousand pieces, or without an end | each byte is looked at a few times at most; nobody else waits
205 | An error event shortly behind a stream's head | while another endpoint could serve the head waits for a quarter of a second for the first event: the next endpoint
206 | A vendor's status object, and no choices | no answer: as its status says, a server's error else
207 | A content refusal as 403; an empty account or a bad key as 400 | the first is the caller's and passes unchanged; the others go to the next endpoint, and the key rests
208 | A path that one endpoint does not know, told in text or JSON | the next endpoint; nothing is held against it
215 | A response in the background whose key is written with escapes, or far from its value | a job like any other: sent once
218 | An error of a guard before the model, of a server that a tool or an image is on, or one that begins with what the client wrote | about this request alone: no key, account or model rests, however many requests meet it
230 | Nobody could serve, and the attempts end early: the others rest, the budget is spent, a job may have begun | the last endpoint's own words all the same, waited for a second at most; of a key that was cut with them nothing
`;

const C = `
32 | A reset in the middle of a stream | no second try; an error event and a clean end | What was used so far is recorded once usage is.
33 | An orderly end without \`[DONE]\` or finish_reason | an error event; \`[DONE]\` is never invented
34 | \`[DONE]\` is missing, finish_reason was seen | passed on as it is; see 118
35 | Silence after the first event | an error event at \`timeouts.idle\`; the endpoint's connection is released
36 | Silence between head and first event | the next endpoint where the head was held back (\`streams.hold_first_event\`), else an error event
37 | A trickle of single bytes | each counts as progress; a plain answer has \`timeouts.total\`
38 | Events cut at every offset: inside characters, CRLF, \`data:\` | the same bytes come out
39 | Many events in one segment; one of a megabyte | passed on at once
40 | LF, CRLF and CR, \`data:\` without a space or of many lines, a byte order mark, \`id:\`, \`retry:\`, \`event:\` | the same bytes come out; their end is understood
41 | Comments | stay comments
42 | An event that is no JSON | passed on
43 | An error as an event in the middle | passed on, and nothing is added; a strike
44 | Usage that is missing, null, negative, a fraction, in the last event only, or growing in each | nothing is altered, nothing is added up | Usage is counted in a later version: the last that is not null, and unknown is not 0.
45 | Events after \`[DONE]\`, a connection left open | the stream ends for the client; the connection is closed within a second
46 | Broken chunks: bad sizes, missing line ends, huge extensions, an early zero, trailers | 502 or the next endpoint before the first byte, an error event after; trailers are dropped
47 | A length that is too long or too short | cut answers look cut; the connection is not used again
48 | Compression nobody asked for, unknown, a thousand layers, a bomb | \`identity\` is asked for where the gateway looks into the answer; answers are passed on untouched and never unpacked, errors up to 256 KiB to see what they are
49 | A wrong charset | untouched
50 | Arguments of a tool call in 500 deltas | the same bytes come out
51 | An endpoint that sends faster than the client reads | it has to wait; the memory of a stream is bounded
52 | An answer before the request was read | delivered; the upload stops; nothing breaks
139 | An answer without length and chunks that ends in a reset, packed or not, renamed or not | broken, never whole; a strike
140 | JSON without length and chunks whose brackets are open when the connection ends | taken for cut: the next endpoint while nothing was passed on, else broken
209 | A stream that says it is JSON, text, JSON lines or nothing | read as a stream where one was asked for: names, end, errors; bytes and header as they came
210 | No \`[DONE]\` behind a finish_reason of all choices, and comments without an end, silence or a reset | the answer ends three seconds after its last event, whole; usage may still follow
211 | Hundreds of comments before the first event of a stream that is labelled as something else | told from other answers in one pass
212 | An error full of quotation marks that nothing closes, as a client may have them repeated | read in one pass
232 | A session over WebSocket (\`/realtime\`): frames small and large, of every kind, early ones | every byte passes both ways as it came; an alias is renamed in the query, never in a frame
233 | An endpoint that cannot be reached, fails or refuses before it has switched | the next one, as for any request; what is about the caller is passed on as it is
234 | An endpoint that answers 200 in place of a switch, or switches to something else | a failure of that endpoint; the next one is asked
235 | A side that breaks off in the middle of a session, or a client before it began | the other side is closed, after what had come; a strike only where it was the endpoint; one log line
236 | A side of a session that does not read | the other is read no further; memory holds a buffer's worth
238 | A side of a session that ends, or both silent for ever | an end is passed on and may be answered; 30 seconds of silence after it, or 15 minutes without, end the session
213 | A body in chunks of one byte each; an event of millions of lines; a stream of millions of choices | what is read together is passed on together; each byte is looked through for keys a few times at most; events and choices take a bounded room
`;

const D = `
53 | The client leaves before, during or after the endpoint's head | the endpoint is told within 100 ms; no error in the log; 499
54 | The client closes its side after the request | taken for leaving
55 | Heads and bodies that come too slowly, idle connections | 408 or a close at the limits; no more than \`server.max_connections\`, further ones are told 503
56 | A client that stops reading | cut at \`server.timeouts.write_stall\`, and the endpoint too
57 | \`Expect: 100-continue\`, \`Connection: close\`, pipelining, HTTP/1.0 | by the book
58 | Length and chunks, two lengths, odd \`Transfer-Encoding\`, a space before the colon, bare LF, folded lines, floods of extensions | 400 and a close; nothing is forwarded
59 | Absolute form, \`/%2e%2e/\`, \`%00\`, \`;\`, a path of 64 KB | a fixed table of paths: 404 or 414; an endpoint's path is never the client's invention
60 | CR, LF, NUL or non-ASCII in headers that are forwarded or logged | refused or kept as they are; no header of an endpoint can be injected
61 | Headers called \`__proto__\`, \`constructor\`, \`toString\` | harmless
62 | \`Connection: authorization\` and its like | what the gateway sets itself is set last
63 | A client's own keys, organization and cookies | never reach an endpoint
64 | A forged \`Host\` or \`Origin\`, DNS rebinding, web pages of others | refused with 403; never a wildcard | An admin interface, and its token, are not there yet.
65 | HTTP/2: rapid resets, floods of CONTINUATION and WINDOW_UPDATE | HTTP/2 is not spoken, so there is nothing to flood
66 | Ten thousand connections at once | a bounded number is served; the process lives and serves on
109 | Bodies that trickle, or announce much and send little, on forty connections or on thousands | room and places are taken for what has come, so that they stop nobody; 408 below \`server.timeouts.body_rate\` and after \`server.timeouts.body\`
110 | Large bodies all at once, in chunks or by length | counted as they come; at the bound the one without headway for longest is told 503 with \`Retry-After\`; prompts of up to 1 MiB have a reserve
111 | A thousand open streams with large prompts | the prompt is let go when the answer begins
149 | A path in another spelling: slashes doubled or at the end, Azure's \`/openai/v1\`, a slip | read as the plain path; a slip is 404 with the path that was meant, and goes to nobody
150 | A path that leads elsewhere: outside of \`/v1\`, in other cases, with dots or slashes encoded | only paths below an endpoint's base URL are ever called, and \`/v2/rerank\`; unknown ones below \`/v1\` are passed on while there are no client keys, or with \`server.pass_unknown_paths\`
151 | A model's name in a path with a segment \`.\` or \`..\`, in any coding | 400; no endpoint hears of it
157 | Azure's path names one model as a deployment, and the body another or none | the path counts; the body that is sent on names the endpoint's model, and \`api-version\` stays behind but for Azure
158 | Somebody looks at \`/\` or \`/v1\`, or whether anybody is there (\`HEAD /api/hello\`) | a small page or JSON; 200, unlogged
143 | Thousands of pipelined requests, of clients that read nothing | one request of a connection is at work at a time; the others wait unread, and are answered in their order
239 | A WebSocket without a model, for one that nobody has, or behind other requests; a stop while sessions are open | an answer of ours, in its turn; a session counts in \`server.max_in_flight\`, and has \`server.drain_timeout\` to end
240 | A side of a session that takes nothing of what is there for it | a client is cut at \`server.timeouts.write_stall\`, an endpoint at \`timeouts.idle\`, and the other side with it
241 | A client that sends much behind its handshake before it reads, and is refused | what it sends is dropped, and the refusal arrives
231 | A body in chunks of a byte, ten thousand to each read of the system | one read a turn of the event loop; the body and what follows on the connection arrive whole
144 | Offers to leave HTTP/1.1: \`Upgrade: h2c\`, WebSocket | an offer of HTTP/2 is ignored, and what follows on the connection is answered; a WebSocket gets 426 at once where it asks for a path that takes POST
145 | \`HTTP/2.0\`, \`HTTP/1.2\`, \`HTTP/0.9\`, spaces or control characters in the target | 400 and a close
146 | A refusal while the body is still on its way | it says \`Connection: close\`, and can be read although the client goes on sending; a body that has come with its head keeps the connection
148 | \`Expect: 100-continue\` of a request that is refused | its key and the length of its body are looked at before \`100 Continue\` is sent
131 | A peak of memory that is over, of which the allocator keeps the pages | what is held counts, after a collection: requests are served again
133 | A client that leaves the queue behind a large body | noticed at once; its place in the queue and its room are free
`;

const E = `
67 | A body over the limit, a lying length, chunks without end | 413 that names the setting; 400; 408
68 | No valid JSON: cut, garbage at the end, NaN, comments, a byte order mark, UTF-16, empty | 400 with the position, in OpenAI's shape, without the content
69 | Invalid UTF-8 in the prompt | forwarded as it is where \`model\` can be read
70 | A hundred thousand levels | 400 before anything walks down
71 | \`model\` twice | 400: gateway and endpoint must not read different names
72 | \`model\` escaped, inside messages, inside a text, after 10 MB | only the top level's counts, and it is decoded first
73 | \`model\` missing, null, a number, a list, a megabyte long, \`__proto__\`, \`../x\`, with a line end | 400 or 404 | Labels of metrics are bounded once there are metrics.
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
`;

const F = `
265 | The certificate or key of \`server.tls\` is missing, broken, encrypted, of another pair, expired or not valid yet | a problem with code, file and fix; nothing is started. Soon to expire: a warning at the start, in \`check\` and \`doctor\`
266 | The certificate and its key are replaced while the gateway runs, at once or one after the other, by a link or by SIGHUP | new connections get the new one; open ones go on
267 | A pair that cannot be used takes the place of a good one while the gateway runs | the good one stays in force; one line in the log says what is wrong, and nothing is told of a pair that is half replaced for a moment
268 | Plain HTTP comes to a port that speaks TLS | 400 that says so, no reset
269 | TLS is turned on or off by a reload | the listener stays as it is, and a warning says that it takes a restart
83 | \`base_url\` with credentials, other schemes, link-local and disguised addresses, query, fragment, a doubled \`/v1\` | refused at load with the reason, or joined in its normal form with a warning
84 | Discovery: an endpoint that is down, HTML, 50 MB, 10,000 models, doubled ids, ids with \`/\` or \`:\`, one empty answer | the gateway starts all the same; limits; the last good list stays
85 | An alias twice, aliases in a circle, a name that equals a pin | refused at load with the places, or defined by rule
86 | Two endpoints of one name; weights of 0, below, NaN, 10⁹, fractions | refused with the reason; 0 drains
87 | A reload of what is broken, half written, renamed, swapped by a link, removed | the old configuration stays, told once | A metric comes with metrics.
88 | A reload under load, an endpoint removed with streams open | all at once; streams finish; no failure
89 | A hundred saves in a second | gathered; nothing is left behind
90 | A secret that is missing, with a line end, quoted | the error names it; no value is ever printed
91 | Killed in the middle of writing | files are replaced whole; a start reads the old or the new one | The ledger of usage is not there yet.
92 | A full or read-only disk, a broken log pipe | requests go on; what cannot be written is dropped | Dropped lines are counted once there are metrics.
93 | The clock jumps | limits of time go by a clock that does not; dates alone follow
94 | SIGTERM with streams open, a second one, a port that is taken or forbidden | drains, cuts, and says clearly why it cannot start
95 | An exception in one request | that request fails, the process lives
96 | The event loop is blocked, memory is short | measured; new requests are shed, old ones finish
97 | Every endpoint answers 503 under load | calls to endpoints stay within 1.2 times the clients' calls
98 | An endpoint that comes and goes | it stays out longer each time
99 | All the load at once on an endpoint that is back | one probe, then a slow start
100 | Requests that make any endpoint fail | one request ejects at most one; when all are ejected all are used
181 | The configuration's folder is renamed away, linked elsewhere or made again; a link in the middle of its path is switched | what the path means now is in force within a second, and so is each save after it, also after SIGHUP
182 | A busy file beside the configuration, such as a log | it is not looked at, and no event of the folder wakes the process
183 | \`server.host\` or \`server.port\` is changed while it runs, and put back | told where it differs from what is bound; keys are judged by the bound address
184 | Full-width, non-breaking and invisible characters in the structure of the configuration | named as the cause, with place and fix, before everything else; in names, comments and plain quotes they are fine
185 | A placeholder of another program as a key (\`os.environ/NAME\`, \`$NAME\`, \`{{NAME}}\`, \`YOUR_API_KEY\`) | a warning that the text itself is sent, and how \`\${NAME}\` is written; nothing is refused
186 | Anchors under \`x-\` keys, and YAML's merge keys | taken, within a bound of aliases and values
242 | A key in a line that has lost its name (\`api_key:\`), so that YAML reads it as more of the name above it | OG101, which shows neither; no rule speaks of a name that goes over several lines
153 | An endpoint that is the gateway itself, by any name or by way of another gateway | 508 after a handful of calls, a word in the log that names the endpoint, no strike; the next endpoint where there is one; a start does not wait for its own list
125 | Another \`base_url\` under the same name, or two gateways with one data folder | nothing that was learnt of the one counts for the other
126 | A data folder whose files do not answer, are links, folders, huge or open to all | the gateway starts all the same; what is not a file of a fitting size is not read, no link is followed, and an open folder is told
127 | A rest or an ejection that somebody wants to end | the log tells its begin and its end, \`route\` shows it, \`oai-gateway reset\` ends it; no request of a client can
243 | A question over the commands' socket that is none | answered so; it is no fault in the log, and nothing of it is logged
128 | A data folder that grows | what no configuration has named for 30 days is removed; the demo leaves nothing there
147 | SIGTERM, and requests that come on connections that are open | they are served, each answer with \`Connection: close\`; idle connections are closed in order once nothing is under way; none outlives \`server.drain_timeout\`
163 | A list of models over \`discovery.max_list\`, or of a hundred thousand names | the last good list stays, with a warning that names the setting; ten thousand names are taken; other requests are served meanwhile
164 | Unknown names in a loop, ten thousand names known | a few hundred comparisons each, remembered for the same name; endpoints are asked again once in ten seconds, and less often while nothing new comes
165 | A list whose entries have fields that are null or of another type; an empty \`error\` in it | \`created\` is a whole number and \`owned_by\` a text in every entry that is passed on; the list counts
166 | \`endpoint/model\` where another endpoint lists an id of that spelling | the endpoint of that name is asked; \`check\`, \`models\` and the log tell of it
167 | A name without the \`:latest\` or \`models/\` that it is listed with, or with a router's suffix | served where nothing else matches, as the dry run shows; shares stay exact; names made up by clients take no memory
168 | No endpoint has ever told its models | 503 with the reasons and \`Retry-After\`; once one has told, a wrong name is 404 that names those never heard of
169 | An endpoint's \`x-request-id\` of sixty thousand characters | cut at 128 in the answer and in the log
170 | A file of a saved list that is larger than any list | not read; all else works
171 | Two of three endpoints die in the same instant, the third one beside them, in a later tier, draining, full or spent | no request is lost, whatever is left of the budget
172 | Every endpoint of a model rests for a moment | the request waits for the first within \`retries.max_wait\`, and is served; it leaves with its client
173 | Many wait for the end of one rest | they are let go one after the other; those who would meet the limit again ask nobody
174 | Every endpoint of a model rests for longer | 429 or 503 with the smallest \`Retry-After\`, and an SDK succeeds by waiting; it is told not to retry only where that cannot help
179 | A client forges or hides that its request is a retry | changes nothing: pressure shows in the budget
244 | npm, or npx, that has started the gateway is told to end, and its shell passes nothing on | the gateway sees that its parent is gone, and stops in order
245 | The command is started by a Node that is too old | one sentence with a fix, in the reader's language, and code 1
246 | A file of the installed package is missing | one sentence that names it, and how to have it again
250 | A variable that stands for a flag holds nonsense (\`OAI_GATEWAY_PORT=80x\`, a folder in \`OAI_GATEWAY_CONFIG\`, \`http://…\` in \`OAI_GATEWAY_HOST\`) | a sentence that names it with a fix, exit code 2; nothing starts; a flag in its place wins
251 | The configuration that a search comes upon cannot be looked at (a link in a circle, a closed folder) | reported; never passed over for another one, or for none
252 | A credential of the service (a file in \`CREDENTIALS_DIRECTORY\`) ends in a line feed, begins with a byte order mark, is empty, has several lines, is no text, no file, too large, unreadable or missing | mark and one line feed are dropped; else a problem with a fix, also where there is a default; its content is never shown
253 | The service manager cannot be told (\`systemd-notify\` is missing, fails or hangs) | one warning with a fix; start, reloads, requests and end are not held up
254 | The state folder of the service cannot be written | a warning; what is kept between runs is lost, and nothing else
255 | The port is taken when the service starts | a sentence that names the owner with a fix, and exit code 1, which a service manager may try again; wrong usage is 2
`;

const G = `
101 | Keys: timing, prefixes, case, \`Bearer\` twice, in the query | compared by digest in constant time, exactly; a key in the query does not count
102 | A key or a prompt in logs, errors, headers, health and lists | never | The same holds for metrics, traces and the ledger once they are there.
103 | An endpoint repeats our key in an error or a header | masked before it is passed on; bodies of good answers are never touched
104 | Reachable from the network by default | loopback only; another address without client keys refuses to start | An admin interface is not there yet.
105 | Line ends and escape sequences in what is logged | JSON lines; no control character reaches a terminal | A user interface is not there yet.
106 | A hundred requests at once at the limit of a budget | a documented overshoot | Budgets are not there yet.
107 | A cache that mixes keys | the key is part of what is looked up | There is no cache yet.
108 | A dependency that was tampered with | a lockfile with digests, no install scripts | Provenance and a bill of materials come with the first release.
152 | Credentials in headers and parameters of any name; headers that make another request of it (\`X-HTTP-Method-Override\`, \`X-Original-URL\`, \`X-Forwarded-*\`) | only headers that APIs are known to read are sent on, and none by the name of a credential; parameters of such names are left out, the others keep their bytes
154 | A \`Host\` that is no name and no address: two ports, an open bracket, spaces, userinfo | 400 where its form is none (RFC 9112 §3.2), else 403, with client keys as without; never taken for an address
155 | Two keys on one request that differ | the one that is ours counts; 401 only where none is
156 | The list of models asked for thousands of times, and not read | serialized once for each table; \`304\` for who has it
119 | One client's requests are refused everywhere, again and again (429, 401, 402, 403) | a request makes one endpoint rest at most; a key rests when its list is refused too, or two different requests were; where all rest for a limit a different request may find out whether it holds; all others are served
237 | A page's key among the subprotocols of its WebSocket (\`openai-insecure-api-key.…\`) | it counts as the client's key, and goes no further; Host and Origin rules hold as for any request
217 | A client whose requests are limited passes for many: a made-up key beside its own, addresses of one machine or network | one client to the gateway: clients are told apart by the key that let them in, else by their network
120 | One client's requests are told "no such model" | the list, asked at once, decides: what it has does not rest; where all are said to lack the model they are asked all the same
121 | One operation fails everywhere, where others are served (\`rerank\`, a path that gives pages) | it alone is ejected; counting tokens ejects nobody
122 | An endpoint that hangs, or takes no connections, and clients that give up first | found out by its list, or by long waits in a row while others answer; ejected, and let in again by one request
123 | A client that leaves early on purpose, again and again | ejects nobody: not where answers take that long, nor where they come, nor where the list comes and nobody else waited
124 | An endpoint asks to be left alone for years | an hour at most
160 | An endpoint repeats a key in an error that is packed in odd ways, spelled otherwise, or a key that stands in \`headers:\` | unpacked, masked and passed on plain; what cannot be read is replaced by an error of ours; good answers keep every byte
161 | An endpoint repeats its key in an event of a stream that began well | masked where the event is an error or a comment; an event with content keeps every byte
162 | An endpoint repeats its key in its list of models, or in what \`doctor\` reads | the entry is left out, or its name alone is kept; nothing of it is listed, logged, printed or saved
216 | An error that is cut, or read no further, in the middle of the key that it repeats | no part of the key is in what the gateway says of it
276 | Ten thousand client keys: plain ones, named ones and digests | found by one digest of what was sent, whatever their number
277 | A client key that expires while the gateway runs | refused by its name from that moment on; what was begun before goes on
278 | A client key with \`models\` asks for another one: by a pin, another spelling, a suffix, a path, a query, an operation's usual model, a WebSocket | 403 before any endpoint is asked, the same for a name that nobody serves; no name is suggested that it may not use
279 | Lists of models for keys that may use different ones | each sees what it may use; made once for each set of patterns, so many of which are kept
280 | Who has sent a request, good or refused | the log line has the key's name and the client's address, never the key
281 | A client key that is given by its digest alone | lets in who has the key; the digest itself lets nobody in
282 | Client keys that contradict one another: two of one name, the same key twice, no key or several, a digest or an end that is none | a problem with place and fix, and no value shown
283 | Files of keys with a byte order mark or line ends; empty, of several lines, too large, in UTF-16, folders, pipes, forbidden | the former do not count; the latter are problems with a fix, and nothing of them is shown
284 | The file of a key changes, goes and comes back while the gateway runs | in force at once; while it is gone the last good configuration stays
285 | An endpoint repeats a key that came out of a file | masked like any other
286 | Client keys that come, go and change by a reload | in force for the next request; the log line counts them
287 | A list of models for hundreds of different sets of patterns | bounded memory: the oldest page is made again
219 | An endpoint repeats its key in a header, spelled otherwise | masked: in good answers as it is, in URLs, JSON, Base64 and hexadecimal; in errors in whatever spelling
`;

/** The whole catalogue, in order. */
export const FAULT_PARTS: readonly FaultPart[] = [
  part("A", "Connecting to an endpoint", A),
  part("B", "An endpoint's answer before the first byte of its body", B),
  part("C", "The body of an answer", C),
  part("D", "Clients", D),
  part("E", "Bodies of requests", E),
  part("F", "Configuration, discovery, state, process", F),
  part("G", "Keys, secrets, abuse", G),
];

/** All rows, in order. */
export const FAULT_ROWS: readonly FaultRow[] = FAULT_PARTS.flatMap((one) => one.rows);

function part(letter: string, title: string, table: string): FaultPart {
  const rows = table
    .trim()
    .split("\n")
    .map((line) => {
      const [number, fault = "", promise = "", later] = line.split(" | ");
      return { number: Number(number), part: letter, fault, promise, later };
    });
  return { letter, title, rows };
}
