// Opens what is clicked in the gallery over it, at its own address. All that takes is loaded once somebody comes near
// a tile; where that fails, the tile is the link to the page that it is without a script.
export default function start(gallery, bind) {
  const dialog = document.getElementById("lightbox");
  let loading = null;

  function load() {
    loading ??= import("./lightbox/viewer.js").then((module) => module.prepare(gallery, dialog, bind));
    loading.catch(() => (loading = null)); // offline: tried again
    return loading;
  }

  const comeNear = (event) => event.target.closest(".tile") && load().catch(() => {});
  gallery.addEventListener("pointerover", comeNear);
  gallery.addEventListener("focusin", comeNear);

  // On the document: who has another use for the click says so before.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("#gallery .tile");
    if (link === null || event.defaultPrevented || event.button > 0 || hasModifier(event)) return;
    event.preventDefault();
    try {
      (await load()).open(link.closest(".tiles__item").id);
    } catch {
      location.assign(link.href);
    }
  });

  addEventListener("popstate", async () => {
    const id = history.state?.lightbox;
    if (id === undefined) (await loading)?.leaveByHistory();
    else if (document.getElementById(id) === null) location.reload();
    else (await load()).open(id, { isReturn: true });
  });
}

const hasModifier = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
