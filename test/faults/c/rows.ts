// Part C of the catalogue of faults: the body of an answer.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_C = `
32 | A reset in the middle of a stream | no second try; an error event and a clean end; what was used so far is recorded
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
44 | Usage that is missing, null, negative, a fraction, in the last event only, or growing in each | nothing is altered, nothing is added up; the last that is not null counts, and unknown is not 0
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
317 | An answer in another API than the client's that is no JSON, cut, packed, without a choice, or longer than 32 MiB | the next endpoint before anything is sent on
375 | A chat's stream whose client has not asked for its usage | \`stream_options.include_usage\` is put into the request, every other byte of which is kept (\`usage.ask_in_streams\`)
376 | The event with the usage that the client has not asked for | taken out again, wherever it is cut, and counted; a client that has asked gets it
377 | An endpoint that refuses the option | asked once more without it, and remembered; no strike, no attempt more, and an error of the caller's is shown as it is
318 | Arguments of a tool's call that are no JSON | the next endpoint where the answer is plain; an error event in the client's words in a stream; a call that was cut for its length is left out
319 | Events of such a stream that are no JSON or out of order | an error event in the client's words, once, and nothing behind it; a fault of the endpoint's
320 | A request with blocks that nobody knows, pictures that are none, arguments that are no JSON, for an endpoint of another API | 400 in the client's envelope, with the place; nothing is sent, nothing is held against anybody; an endpoint of the client's API serves it
321 | Such a stream that breaks off, anywhere | an error event in the client's words; never \`message_stop\` or \`[DONE]\`
322 | An endpoint that does not know the path of the client's API, in each server's words | asked again in another API's words in the same attempt; no strike; known for ten minutes; what knows no path at all is told in its own words
323 | Keys in the errors and error events of an endpoint of another API | masked
324 | 28 counts of tokens at once where no endpoint counts | estimates that say so; one question to the endpoint, nobody is ejected
329 | A stream that is told in the words of another API is cut, or ends without its end | \`response.failed\` with the next number, or an error event without \`[DONE]\`: never whole
330 | An error inside such a stream, alone, beside \`choices\`, or as \`response.failed\` | in the client's words, with the endpoint's message and code, its keys masked
331 | Events of such a stream that are no JSON, out of order, or of kinds that nobody knows | the first two fail the answer; the last are left out
363 | An answer whose head was taken breaks off, or ends, before anything of it was passed on | the next endpoint gets the whole request, body and all
332 | A model calls a tool with arguments that are no JSON | a tool that takes free text: the answer fails, nothing is made up; a function: as they are, since both APIs carry them as text
355 | A stream for a client of Gemini's, as events or as one list, is cut, has an error in it or beside \`choices\`, or has events that are none | Google's error as the last event, or as the last value of a list that is whole; never a \`finishReason\`, and no comments, which its SDK takes for a part of the next event
359 | A stream that is told in Ollama's lines breaks off, goes silent, has an error, events that are no JSON or arguments that are none | a last line with \`error\` and no other key; never \`"done":true\`, an empty line or a comment; an error before the first line has its status
360 | A request in Ollama's words with pictures that are none, roles, options, formats or prompts of a wrong kind, or results of no call | 400 in Ollama's shape with the place; nothing is sent and nothing is held against anybody
361 | A count of tokens in the words of Responses where no endpoint of the model counts, one for a conversation that is kept elsewhere among them | an estimate that says so, after one question to each endpoint at most; 400 with the place for what cannot be seen
362 | A model is ejected for an operation that its endpoint is asked for in other words, and a paid probe is configured | the probe asks in those words, found out as by a request, and brings it back
`;
