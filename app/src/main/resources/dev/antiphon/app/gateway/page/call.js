// One WebRTC call through the gateway: the offer goes to /calls, the media to wherever the answer points.

import { follow } from "./events.js";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || `The gateway answered ${status}.`);
    this.status = status;
  }
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refused(response.status, problem);
}

export class Call {
  #headers;
  #peer = new RTCPeerConnection();
  #path = null;
  #stopFollowing = () => {};
  #over = false;

  /** @param token access token, or an empty string; @param on callbacks: step, event, track, closed */
  constructor(token, on) {
    this.#headers = token ? { Authorization: `Bearer ${token}` } : {};
    this.on = on;
  }

  async start(stream, joinDelayMillis) {
    const peer = this.#peer;
    stream.getTracks().forEach((track) => peer.addTrack(track, stream));
    peer.addEventListener("track", (event) => this.on.track(event.streams[0] ?? new MediaStream([event.track])));
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "connected") this.on.step("media");
      if (peer.connectionState === "failed") this.#end("The media connection failed.");
    });
    await peer.setLocalDescription(await peer.createOffer());
    this.on.step("offer");
    const query = joinDelayMillis > 0 ? `?joinDelayMillis=${joinDelayMillis}` : "";
    const response = await fetch(`/calls${query}`, {
      method: "POST",
      headers: { ...this.#headers, "Content-Type": "application/sdp" },
      body: peer.localDescription.sdp,
    });
    if (response.status !== 201) throw await refusal(response);
    const answer = await response.text();
    this.on.step("answer");
    this.#path = response.headers.get("Location");
    this.#stopFollowing = follow(
      `${this.#path}/events`,
      this.#headers,
      (name, data) => {
        this.on.event(name, data);
        if (name === "closed") this.#end(data.orderly ? "" : `The call ended: ${data.fault ?? data.initiator}.`);
      },
      () => this.#end("The gateway does not know this call any more."),
    );
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    if (this.#over) await this.hangUp();
  }

  async type(text) {
    const response = await fetch(`${this.#path}/text`, {
      method: "POST",
      headers: { ...this.#headers, "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    if (response.status !== 202) throw await refusal(response);
    return (await response.json()).item;
  }

  async interrupt() {
    const response = await fetch(`${this.#path}/interrupt`, { method: "POST", headers: this.#headers });
    if (!response.ok) throw await refusal(response);
  }

  /** Ends the call here and at the provider. */
  async hangUp() {
    this.#end("");
    if (this.#path) {
      await fetch(this.#path, { method: "DELETE", headers: this.#headers, keepalive: true }).catch(() => {});
    }
  }

  #end(reason) {
    if (this.#over) return;
    this.#over = true;
    this.#stopFollowing();
    this.#peer.close();
    this.on.closed(reason);
  }
}
