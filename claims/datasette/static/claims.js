// Buttons that copy a citation: they are there only where the browser can do it.
for (const box of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copier";
  button.setAttribute("aria-label", "Copier : " + box.dataset.copy);
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.querySelector("pre, output").textContent);
      told.textContent = " Copié";
    } catch {
      told.textContent = " Le navigateur ne le permet pas : sélectionnez le texte.";
    }
  });
  box.append(button, told);
}

// Datasette's filters have no labels of their own.
const labels = {
  _filter_column: "Colonne", _filter_op: "Comparaison", _filter_value: "Valeur", _sort: "Trier par",
  _sort_by_desc: "Du plus grand au plus petit",
};
for (const field of document.querySelectorAll("form.filters select, form.filters input")) {
  const name = Object.keys(labels).find((key) => field.name === key || field.name.startsWith(key + "_"));
  if (name && !field.labels?.length) field.setAttribute("aria-label", labels[name]);
}
for (const list of document.querySelectorAll("dl.column-descriptions")) list.tabIndex = 0;
