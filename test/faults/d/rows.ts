// Part D of the catalogue of faults: clients.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_D = `
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
144 | Offers to leave HTTP/1.1: \`Upgrade: h2c\`, WebSocket | an offer of HTTP/2 is ignored, and what follows on the connection is answered; a WebSocket gets 426 at once where it asks for a path that is spoken over HTTP alone
145 | \`HTTP/2.0\`, \`HTTP/1.2\`, \`HTTP/0.9\`, spaces or control characters in the target | 400 and a close
146 | A refusal while the body is still on its way | it says \`Connection: close\`, and can be read although the client goes on sending; a body that has come with its head keeps the connection
148 | \`Expect: 100-continue\` of a request that is refused | its key and the length of its body are looked at before \`100 Continue\` is sent
131 | A peak of memory that is over, of which the allocator keeps the pages | what is held counts, after a collection: requests are served again
133 | A client that leaves the queue behind a large body | noticed at once; its place in the queue and its room are free
347 | Frames on a socket of Responses that are no events: binary, no JSON, an array, without a type, of one that nobody knows, with a member twice | an \`error\` event with status 400 that says what is wrong; the socket goes on
348 | A frame of 100 MB, a packed one that unpacks to more than \`server.max_body\`, text that is no UTF-8, bytes that are no frame | closed with 1009, 1009, 1007 and 1002; other sockets are served
349 | \`previous_response_id\` of a response that the socket does not have, with \`store: false\` | 400 \`previous_response_not_found\`; no endpoint is asked
350 | Frames while a response is written, and more of them than may wait | answered in their order, those of other lanes beside it; 503 for what is too many; what is under way stays whole
351 | A client that does not read what its socket is sent | the endpoint is paused, little is held; it is cut after \`server.timeouts.write_stall\`
352 | A client that leaves in the middle of an answer, or is gone without a word | what is done for it is cancelled, at once or when two pings in a row have had no answer
353 | An endpoint that refuses a socket, resets, answers with another key, or does not answer | the same attempt goes on over HTTP; it is not asked again for ten minutes
354 | A stop of the gateway with sockets open | idle ones are closed with 1001; a response under way comes to its end first
`;
