// The address and the title while something lies over the gallery: those of the media that is shown.
let titleOfList = "";

/** Go to a media's address; Back leads to the list. Where the browser led here, it is there already. */
export function enter(item, isReturn) {
  titleOfList = document.title;
  if (!isReturn) {
    history.scrollRestoration = "manual"; // the list stays where it is
    history.pushState({ lightbox: item.id }, "", item.address);
  }
  tell(item);
}

/** Back was not meant: the list is one step away again. */
export function comeBack(item) {
  history.pushState({ lightbox: item.id }, "", item.address);
}

/** Walking on is no step that Back would undo. */
export function moveTo(item) {
  if (isEntered()) history.replaceState({ lightbox: item.id }, "", item.address);
  tell(item);
}

export function isEntered() {
  return history.state?.lightbox !== undefined;
}

/** Be in the list again. */
export function leave() {
  document.title = titleOfList;
  if (isEntered()) history.back();
}

function tell(item) {
  document.title = `${item.name} – ${titleOfList.split(" – ").at(-1)}`;
}
