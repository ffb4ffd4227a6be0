// Says in the bar whether the page is live. What is over within a second is not worth a word.
const WORDS = {
  live: ["Live", "This page changes as the library does."],
  reconnecting: ["Reconnecting", "The connection broke. What you see may be out of date for a moment."],
  offline: ["Offline", "The library can’t be reached. What you see may be out of date; it catches up by itself."],
};
const GRACE_MS = 1000;
const PATIENCE_MS = 10_000;

let timers = [];

/** Show that the connection is there, "live", or that it was "lost". */
export function showState(state) {
  if (state === "live") {
    timers.forEach(clearTimeout);
    timers = [];
    say("live");
  } else if (timers.length === 0) {
    const soon = () => say(navigator.onLine ? "reconnecting" : "offline");
    timers = [setTimeout(soon, GRACE_MS), setTimeout(() => say("offline"), PATIENCE_MS)];
  }
}

function say(state) {
  const status = document.getElementById("live-status");
  const [word, meaning] = WORDS[state];
  status.dataset.state = state;
  status.title = meaning;
  status.querySelector("[data-role=word]").textContent = word;
}
