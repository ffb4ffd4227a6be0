// Binds behaviours to the elements that ask for them with data-behaviour="name".
const modules = {
  copy: () => import("./copy.js"),
  menu: () => import("./menu.js"),
  picture: () => import("./picture.js"),
  player: () => import("./player.js"),
  selection: () => import("./selection.js"),
  upload: () => import("./upload.js"),
};

export async function bind(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(" ")) {
      const { default: start } = await modules[name]();
      start(element);
    }
  }
}

bind(document);
