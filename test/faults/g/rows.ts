// Part G of the catalogue of faults: keys, secrets, abuse.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_G = `
101 | Keys: timing, prefixes, case, \`Bearer\` twice, in the query | compared by digest in constant time, exactly; a key in the query does not count
102 | A key or a prompt in logs, errors, headers, health and lists | never, nor in metrics and the status page | The same holds for traces and the ledger once they are there.
103 | An endpoint repeats our key in an error or a header | masked before it is passed on; bodies of good answers are never touched
104 | Reachable from the network by default | loopback only; another address without client keys refuses to start | An admin interface is not there yet.
105 | Line ends and escape sequences in what is logged | JSON lines; no control character reaches a terminal | A user interface is not there yet.
106 | A hundred requests at once at the limit of a budget | a documented overshoot | Budgets are not there yet.
107 | A cache that mixes keys | the key is part of what is looked up | There is no cache yet.
108 | A dependency that was tampered with | a lockfile with digests, no install scripts | Provenance comes with the first release.
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
308 | Keys, passwords, tokens, prompts and addresses with secrets, of clients, endpoints, proxies, alerts and the admin side | in no file of the store, backup, log, answer of the admin side or command; digests of keys only with a pepper
335 | Ids of stored objects that are none, 10 KB long, or that nobody has | 400, 414 or 404 in the envelope; nothing of them becomes a path at an endpoint, and each is asked for once
336 | A flood of made-up ids | endpoints are asked a few at once and few a second, for each client and for all; what is known needs no question, and other clients have their own
337 | Many requests at once for an id that nobody knows | one question to each endpoint
338 | An endpoint does not answer while an id is looked for | 503 and not 404, and it is not remembered as one that nobody has
339 | The file of where objects are is broken, of another server, or a folder | a line in the log; they are found by asking
340 | Behind an endpoint's name stands another server after a reload | what it kept is forgotten, and looked for anew
341 | The answer to an upload is lost | it is not sent again, to that endpoint or another
342 | A server that answers 200 to anything, with a page, an error or another object | not taken for the home of an object
343 | A client asks for the object of another one | the same 404 as for one that nobody has
344 | An endpoint's list that never ends, is cut, or is no list | the others' part is answered, after a bounded number of questions
345 | A request that changes something, about an id that nobody knows | found by questions that change nothing, then sent to its home; to nobody where there is none
346 | A client leaves while endpoints are asked for an id | what was found out serves the next one
385 | Client keys of the store that are made, changed, rotated, disabled and deleted under traffic | in force at the next request; a refusal has the key's name and never the key
386 | A client key with \`endpoints\` asks for what others serve: by a pin, an alias, a fallback, a list, an object, a header | only its endpoints are asked; lists of models show what they serve
387 | A client key is used from where it may not be, or is far too long | 403 by its name, the connection's own address counts; what is too long is not even digested
388 | The store of client keys cannot be read, or its pepper is gone | a gateway that had keys stays closed to them (503), asks again, and serves those of the file; one that never had any is open
389 | A hundred requests at once on a budget for some of them | as many begin as their estimates leave room for; what they cost above those is all that goes over
390 | A budget ends while streams are under way, and endpoints use more than they were allowed | streams go on to their end; the next request is refused, with the time at which the budget begins anew
391 | A restart, a store that cannot be read at the start, and a clock that jumps over a budget's border | what was spent is there again to the nano-dollar; it is asked again; what was spent before the jump is found
392 | Requests without a price on a budget | counted and told once, or refused, as the budget says
393 | The webhook of alerts is slow, fails, redirects, or is told of the same again and again | no request waits for it; it is tried again, follows nothing, and hears of each budget and period once
394 | Limits and budgets in several processes, one of which is killed | known in all within a tenth of a second; what a dead one had under way is given back
356 | A client's key in the query of Gemini's paths: encoded, beside a wrong one in a header, twice, on another path | a key there and nowhere else; never in a log, an error or a request to an endpoint
309 | The store cannot be read at the start, and a part of the configuration lies in it | the file is served, the log says so, and the rest comes when it can be read
310 | An endpoint or alias of the store that no longer fits: its target is gone, the file has its name, its document is torn | left out with a warning; everything else is served
`;
