/**
 * @file The only script of the sandboxed frame's document. It starts the cell realm and gives it the ports that the page
 * made; after that it has nothing to do and hears nothing more.
 *
 * The page's policy names this text by its sha256. It must never run, hold or forward user code: a document has WebRTC,
 * which no content policy stops; a worker has none.
 */
addEventListener('message', function start(event) {
  if (event.source !== parent) return;
  removeEventListener('message', start);
  const url = URL.createObjectURL(new Blob([event.data], { type: 'text/javascript' }));
  // Classic: a module worker does not start from an opaque origin. No message listener: whatever the user's code posts
  // with `self.postMessage` ends here unread.
  new Worker(url).postMessage(null, [...event.ports]);
});
