// Says so where a browser can't play a video or a sound, instead of leaving a dead player.
export default function start(player) {
  const fallback = player.parentElement.querySelector("[data-role=fallback]");
  const replace = () => {
    player.hidden = true;
    fallback.hidden = false;
  };
  player.addEventListener("error", replace);
  if (player.error) replace();
}
