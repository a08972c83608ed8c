"""The script of pages whose tables are sorted and whose columns are searched."""

from __future__ import annotations

import base64
import hashlib

# Without it a page shows the same: what it does is to reorder and to hide.
SCRIPT = """
for (const head of document.querySelectorAll("table.sorted th")) {
  const button = document.createElement("button");
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.onclick = () => {
    const place = [...head.parentNode.children].indexOf(head);
    const body = head.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") !== "descending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.children[place], number = parseFloat(cell.dataset.value);
      return Number.isNaN(number) ? cell.textContent : number;
    };
    const order = (a, b) => typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0)
      : typeof a === "number" ? 1 : -1;
    const rows = [...body.rows].map(row => [key(row), row]);
    rows.sort((a, b) => down ? order(b[0], a[0]) : order(a[0], b[0]));
    body.append(...rows.map(pair => pair[1]));
  };
}
for (const field of document.querySelectorAll("input.search")) {
  field.hidden = false;
  field.oninput = () => {
    const word = field.value.toLowerCase();
    for (const one of document.querySelectorAll("[data-name]"))
      one.hidden = !one.dataset.name.toLowerCase().includes(word);
  };
}
"""


def script_source(script: str) -> str:
    """What a page's policy allows: this script and no other.

    Example:
        >>> script_source("")[:15]
        "'sha256-47DEQpj"
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
