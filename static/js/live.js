// Keeps the list as the library is, from when the page has come to rest. What that takes is loaded then.
export default function start(gallery) {
  const load = () => {
    const loading = import("./live/page.js").then((module) => module.start(gallery));
    loading.catch(() => addEventListener("online", load, { once: true }));
  };
  const whenIdle = window.requestIdleCallback ?? setTimeout;
  if (document.readyState === "complete") whenIdle(load);
  else addEventListener("load", () => whenIdle(load), { once: true });
}
