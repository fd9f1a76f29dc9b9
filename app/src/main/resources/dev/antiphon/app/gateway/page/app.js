// The page: one button, and everything a call shows.

import { Call } from "./call.js";
import { Levels } from "./levels.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";

const $ = (id) => document.getElementById(id);
const timeline = new Timeline($("timeline"));
const transcript = new Transcript($("transcript"));
const LIVE = "LIVE";

let call = null;
let levels = null;
let microphone = null;
let joined = false;

function status(text, tone = "") {
  $("status").textContent = text;
  $("status").dataset.tone = tone;
}

async function configure() {
  const config = await (await fetch("/config")).json();
  $("delay-field").hidden = !config.simulated;
  $("delay").max = config.longestJoinDelayMillis || 0;
  $("token-field").hidden = !config.asksForToken;
}

async function voice() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    $("source").textContent = "Your microphone is live.";
    return stream;
  } catch (failure) {
    $("source").textContent = "No microphone: a tone speaks for you every twelve seconds.";
    return levels.tone();
  }
}

function typing(allowed) {
  $("text").disabled = !allowed;
  $("send").disabled = !allowed;
}

const HEARD = {
  phase: ({ phase }) => {
    if (phase === LIVE && !joined) {
      joined = true;
      timeline.mark("joined");
      const saved = Math.round(timeline.at("joined") - timeline.at("answer"));
      $("point").textContent = `The answer was here ${saved} ms before the sideband stood: nobody waited for it.`;
      status("Talk, or type.");
    }
    if (phase === "REJOINING") status("The sideband was lost and is being joined again. The sound goes on.");
    if (phase === LIVE) status("Talk, or type.");
  },
  joining: ({ attempt }) => status(attempt > 1 ? `Joining the sideband, attempt ${attempt} …` : "Joining the sideband …"),
  item: (data) => transcript.place(data),
  transcript: (data) => transcript.say(data),
  tool: (data) => transcript.tool(data),
  receipt: (data) => {
    transcript.fate(data);
    if (data.what === "text" && data.outcome === "ACKNOWLEDGED") timeline.mark("delivered");
  },
  speech: ({ state }) => status(state === "started" ? "I am listening …" : "Thinking …"),
  sound: ({ state }) => {
    $("interrupt").hidden = state !== "started";
    if (state === "started") {
      timeline.mark("sound");
      status("The model speaks. Speak to interrupt it.");
    } else if (state === "cleared") {
      transcript.interrupted();
      status("Interrupted.");
    } else {
      status("Your turn.");
    }
  },
  snapshot: ({ phase, transcript: said }) => {
    transcript.clear();
    said.forEach((entry) => transcript.say(entry));
    HEARD.phase({ phase });
  },
};

async function connect() {
  $("talk").disabled = true;
  joined = false;
  timeline.reset();
  transcript.clear();
  levels = new Levels();
  status("Asking for the microphone …");
  microphone = await voice();
  levels.show(microphone, $("mine"));
  call = new Call($("token").value, {
    step: (step) => timeline.mark(step),
    event: (name, data) => HEARD[name]?.(data),
    track: (stream) => {
      $("speaker").srcObject = stream;
      levels.show(stream, $("theirs"));
    },
    closed: (reason) => ended(reason),
  });
  status("Calling …");
  try {
    await call.start(microphone, Number($("delay-field").hidden ? 0 : $("delay").value));
    typing(true);
    $("talk").textContent = "Hang up";
    $("talk").dataset.state = "live";
  } catch (failure) {
    await call.hangUp();
    status(failure.message, "bad");
  }
  $("talk").disabled = false;
}

function ended(reason) {
  typing(false);
  $("interrupt").hidden = true;
  $("talk").textContent = "Connect and talk";
  delete $("talk").dataset.state;
  $("talk").disabled = false;
  $("speaker").srcObject = null;
  microphone?.getTracks().forEach((track) => track.stop());
  levels?.stop();
  call = null;
  status(reason || "The call has ended.", reason ? "bad" : "");
}

$("talk").addEventListener("click", () => (call ? call.hangUp() : connect()));
$("interrupt").addEventListener("click", () => call?.interrupt().catch((failure) => status(failure.message, "bad")));
$("delay").addEventListener("input", () => {
  $("delay-shown").textContent = `${($("delay").value / 1000).toFixed(1)} s`;
});
$("typing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !call) return;
  $("text").value = "";
  try {
    const item = await call.type(text);
    transcript.say({ item, role: "user", text });
    transcript.waiting(item, joined);
  } catch (failure) {
    $("text").value = text;
    status(failure.message, "bad");
  }
});
window.addEventListener("pagehide", () => call?.hangUp());
configure().catch(() => status("The gateway cannot be reached.", "bad"));
