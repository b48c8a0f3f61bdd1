// Closes an open menu on Escape, and when one clicks or moves on elsewhere.

for (const menu of document.querySelectorAll('[data-behaviour~="menu"]')) {
  const leave = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
