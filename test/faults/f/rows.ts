// Part F of the catalogue of faults: configuration, discovery, state, process.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_F = `
265 | The certificate or key of \`server.tls\` is missing, broken, encrypted, of another pair, expired or not valid yet | a problem with code, file and fix; nothing is started. Soon to expire: a warning at the start, in \`check\` and \`doctor\`
266 | The certificate and its key are replaced while the gateway runs, at once or one after the other, by a link or by SIGHUP | new connections get the new one; open ones go on
267 | A pair that cannot be used takes the place of a good one while the gateway runs | the good one stays in force; one line in the log says what is wrong, and nothing is told of a pair that is half replaced for a moment
268 | Plain HTTP comes to a port that speaks TLS | 400 that says so, no reset
315 | The account may not read the configuration or a key, or may not write the folder | a sentence with the file and a fix, in the reader's language; a gateway that can serve serves
313 | The gateway is upgraded behind nginx or Caddy while streams are under way and requests come in | by the steps of \`docs/deploy.md\` the streams end whole and no request fails
314 | A pair that was read as good is refused by the listener when it is put in force | the one before stays in force, the log says why, and the next pair is looked at
269 | TLS is turned on or off by a reload | the listener stays as it is, and a warning says that it takes a restart
83 | \`base_url\` with credentials, other schemes, link-local and disguised addresses, query, fragment, a doubled \`/v1\` | refused at load with the reason, or joined in its normal form with a warning
84 | Discovery: an endpoint that is down, HTML, 50 MB, 10,000 models, doubled ids, ids with \`/\` or \`:\`, one empty answer | the gateway starts all the same; limits; the last good list stays
85 | An alias twice, aliases in a circle, a name that equals a pin | refused at load with the places, or defined by rule
86 | Two endpoints of one name; weights of 0, below, NaN, 10⁹, fractions | refused with the reason; 0 drains
87 | A reload of what is broken, half written, renamed, swapped by a link, removed | the old configuration stays, told once; a metric shows it
88 | A reload under load, an endpoint removed with streams open | all at once; streams finish; no failure
89 | A hundred saves in a second | gathered; nothing is left behind
90 | A secret that is missing, with a line end, quoted | the error names it; no value is ever printed
91 | Killed in the middle of writing | files are replaced whole; a start reads the old or the new one | The ledger of usage is not there yet.
92 | A full or read-only disk, a broken log pipe | requests go on; what cannot be written is dropped, and counted
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
167 | A name without the \`:latest\` or \`models/\` that it is listed with, with a \`:latest\` that it is not, or with a router's suffix | served where nothing else matches, as the dry run shows; shares stay exact; names made up by clients take no memory
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
300 | One of several processes of a gateway is killed, also by the system for its memory | its own requests are lost and nobody else's; another one takes its place at once, later where it dies again and again; a line in the log says so
301 | The process that owns the others is killed | they finish what is under way for \`server.drain_timeout\` at most, and end; the port is free
302 | An endpoint fails in one of several processes | every process leaves it out within a tenth of a second, and strikes of all add up
303 | A key is over its limit, dead or without money, or a model is missing, in one of several processes | it rests in every process within a tenth of a second
304 | \`max_in_flight\` over several processes | never more under way than it says; who finds no slot in one process gets a free one of another
311 | The cache of answers is emptied where several processes serve | each of them forgets what it has kept; sums of all are shown
312 | An answer of a model with a cache is cut, has an error in it, is refused, or its client leaves in its midst | it is not used again: the next request asks the endpoint
365 | Another program holds the lock of the store's file | requests go on, entries wait within bounds, nothing is lost when the lock is gone; questions are answered meanwhile
366 | The disk is full, or a file of the store may not grow | the oldest entries of the log of requests go first, and the ledger goes on; where that is not enough, what finds no room is counted as lost and told once
367 | A file of the store is no database, is damaged or cut off | put aside under a name with its date, a new one is begun; records and the audit log are saved as far as they can be read
368 | Files of the store are removed while they are used | new ones are begun, with a line in the log
369 | The folder of the store cannot be written to, or is none | requests go on; told once, tried again every two seconds, and told when it goes again
305 | Ten thousand requests in four APIs, translated or not, with endpoints that fail, break off and refuse, and clients that leave | the ledger has one row of each, with the endpoints' own figures to the token; a failed attempt costs nothing; what nobody has told is marked as an estimate
306 | The disk of a gateway with client keys is lost, and a backup of its store is restored | its keys are known again: what their digests are made with is a file of the backup
307 | The copy of what the keys are known by is damaged | refused before anything is changed
370 | A file of the store is of a later version of the program | left as it is, with a line that says which version and what to do
371 | The process is killed while the store writes | the file opens, no row is there twice or by half, what was flushed is kept, and the sums are those of the rows
372 | SQL, control characters, broken UTF-16 or 10,000 characters in a name that goes into the store | kept as the text that it is, long ones cut; nothing fails
373 | A process that serves dies with entries that it has not sent | at most its last batch is lost; what was sent is kept by the process that owns the store
374 | A backup that is damaged, cut off, of another program or of a later version is to be restored | refused with the reason, once all of it was read; what is there stays as it is
`;
