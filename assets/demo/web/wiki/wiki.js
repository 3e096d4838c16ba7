// The demo builds no JavaScript; but an edit of this file makes another image.
require("http").createServer((_, answer) => answer.end("a wiki\n")).listen(3000);
