// Part B of the catalogue of faults: an endpoint's answer before the first byte of its body.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_B = `
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
327 | An endpoint that does not know the path of Responses, of what compacts them, or of chats: 404, 405 or 501, and no word of the model | asked at once for what it has, in its words; the client sees no 404; remembered for ten minutes
328 | A request with an item, a part or a setting that the endpoint's API has no word for | the next endpoint, which may have the client's API; else 400 with the place; nothing is left out in silence
333 | One model at endpoints of Responses and at endpoints of chats | both kinds serve both kinds of clients, and stand in for one another before the first byte
334 | A plain answer that is none of the endpoint's API | the next endpoint; 502 when none is left
358 | An answer for a client of Gemini's that is none, calls a function without a name, or with arguments that are no JSON | the next endpoint; what is no JSON is left out, with \`MALFORMED_FUNCTION_CALL\`
395 | An error without a body, to whatever method or to an offer of WebSocket | judged by its status, a refused key among them; told in the client's envelope with the status
`;
