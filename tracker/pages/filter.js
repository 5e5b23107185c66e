// Hides the rows without the words, and the groups without rows. The address keeps what was asked.
addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.filter");
  const {words, group} = form.elements;
  const groups = [...document.querySelectorAll("[data-group]")].map((place) => ({
    place,
    rows: [...place.querySelectorAll("tbody tr")].map((row) => [
      row, `${place.dataset.group} ${row.textContent}`.toLowerCase(),
    ]),
  }));
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const {place, rows} of groups) {
      let left = 0;
      const isWanted = !group.value || place.dataset.group === group.value;
      for (const [row, text] of rows) {
        row.hidden = !(isWanted && wanted.every((word) => text.includes(word)));
        left += !row.hidden;
      }
      place.hidden = !left;
      shown += left;
    }
    form.querySelector("output").value = shown ? `${shown} shown` : "nothing matches";
    const asked = new URLSearchParams(
      [["q", words.value], ["group", group.value]].filter(([, value]) => value),
    );
    history.replaceState(null, "", `#${asked}`);
  };
  const asked = new URLSearchParams(location.hash.slice(1));
  words.value = asked.get("q") ?? "";
  group.value = asked.get("group") ?? "";
  if (group.selectedIndex < 0) group.selectedIndex = 0;
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (words.value || group.value) apply();
});
