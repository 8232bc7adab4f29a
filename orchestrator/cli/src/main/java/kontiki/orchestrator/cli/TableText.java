package kontiki.orchestrator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Prints the tables that a server makes (meta.k8s.io/v1 Table) as kubectl does: columns three
 * spaces apart, upper-case headings, columns of low priority only where asked for.
 */
final class TableText {
  /**
   * What to show beside the server's columns.
   *
   * @param wide columns of low priority too
   * @param namespaces a first column with the namespace
   * @param labels a last column with the labels
   * @param headings the first line
   * @param prefix written before each name, for example {@code pod/}; may be empty
   */
  record Style(boolean wide, boolean namespaces, boolean labels, boolean headings, String prefix) {
    Style withoutHeadings() {
      return new Style(wide, namespaces, labels, false, prefix);
    }
  }

  private static final int GAP = 3;

  private TableText() {}

  /** The lines of a table, each ending in a newline. */
  static String of(JsonObject table, Style style) {
    List<JsonObject> columns = table.objects("columnDefinitions");
    List<List<String>> lines = new ArrayList<>();
    if (style.headings()) {
      lines.add(headings(columns, style));
    }
    for (JsonObject row : table.objects("rows")) {
      lines.add(cells(columns, row, style));
    }
    return aligned(lines);
  }

  private static List<String> headings(List<JsonObject> columns, Style style) {
    List<String> out = new ArrayList<>();
    if (style.namespaces()) {
      out.add("NAMESPACE");
    }
    for (JsonObject column : columns) {
      if (isShown(column, style)) {
        out.add(column.string("name", "").toUpperCase(Locale.ROOT));
      }
    }
    if (style.labels()) {
      out.add("LABELS");
    }
    return out;
  }

  private static List<String> cells(List<JsonObject> columns, JsonObject row, Style style) {
    List<String> out = new ArrayList<>();
    JsonObject metadata = row.objectAt("object", "metadata");
    if (style.namespaces()) {
      out.add(metadata == null ? "" : metadata.string("namespace", ""));
    }
    JsonArray cells = row.list("cells");
    for (int i = 0; i < columns.size(); i++) {
      if (isShown(columns.get(i), style)) {
        Object cell = cells == null || i >= cells.size() ? null : cells.get(i);
        String text = cell == null ? "<none>" : String.valueOf(cell);
        out.add(out.size() == (style.namespaces() ? 1 : 0) ? style.prefix() + text : text);
      }
    }
    if (style.labels()) {
      out.add(labels(metadata == null ? null : metadata.object("labels")));
    }
    return out;
  }

  /** Labels as {@code key=value,key=value}, or {@code <none>}. */
  static String labels(@Nullable JsonObject labels) {
    if (labels == null || labels.isEmpty()) {
      return "<none>";
    }
    List<String> pairs = new ArrayList<>();
    labels.forEach((key, value) -> pairs.add(key + "=" + value));
    pairs.sort(null);
    return String.join(",", pairs);
  }

  private static boolean isShown(JsonObject column, Style style) {
    return style.wide() || column.integer("priority", 0) == 0;
  }

  private static String aligned(List<List<String>> lines) {
    int[] widths = new int[lines.stream().mapToInt(List::size).max().orElse(0)];
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        out.append(line.get(i));
        if (i < line.size() - 1) {
          out.append(" ".repeat(widths[i] - line.get(i).length() + GAP));
        }
      }
      out.append('\n');
    }
    return out.toString();
  }
}
