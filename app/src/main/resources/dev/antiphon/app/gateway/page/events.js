// Server-sent events over fetch: EventSource cannot carry a token. Resumes where it left off.

const RETRY_MILLIS = 1000;

/** Hears a stream until told to stop. Returns the function that stops it. */
export function follow(url, headers, onEvent, onGone) {
  const stop = new AbortController();
  let last = "0";

  async function read(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) {
        const fields = new Map(
          frame.split("\n").map((line) => {
            const colon = line.indexOf(":");
            return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
          }),
        );
        if (fields.has("id")) last = fields.get("id");
        if (fields.has("event")) onEvent(fields.get("event"), JSON.parse(fields.get("data")));
      }
    }
  }

  async function run() {
    while (!stop.signal.aborted) {
      try {
        const response = await fetch(url, {
          headers: { ...headers, "Last-Event-ID": last },
          signal: stop.signal,
          cache: "no-store",
        });
        if (response.status === 404 || response.status === 401) {
          onGone();
          return;
        }
        if (response.ok) await read(response);
      } catch (failure) {
        if (stop.signal.aborted) return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
    }
  }

  run();
  return () => stop.abort();
}
