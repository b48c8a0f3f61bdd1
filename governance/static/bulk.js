// The checkbox that picks every row of a table, and the count of the rows picked.

for (const all of document.querySelectorAll('[data-behaviour~="bulk"]')) {
  const boxes = [...document.querySelectorAll(`input[name="ids"][form="${all.dataset.form}"]`)];
  const count = document.querySelector(`#${all.dataset.form} .bulk-count`);
  const nothing = count?.textContent;

  const tell = () => {
    const picked = boxes.filter((box) => box.checked).length;
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
    for (const box of boxes) box.closest("tr").classList.toggle("picked", box.checked);
    if (!count) return;
    const sentence = picked === 1 ? count.dataset.one : count.dataset.many;
    count.textContent = picked ? sentence.replace("{n}", picked) : nothing;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
