package kontiki.orchestrator.api.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The table of one kind: its columns, and how an object fills them.
 *
 * @param columns in order; those of priority 1 are shown with {@code -o wide} only
 * @param printer fills as many cells as there are columns
 */
public record TableLayout(List<Column> columns, Printer printer) {
  /**
   * One column.
   *
   * @param type the OpenAPI type of its cells: string, integer or boolean
   * @param format {@code name} for the column that names the object; else empty
   * @param priority 0 shown always, 1 with wide output
   */
  public record Column(String name, String type, String format, String description, int priority) {
    JsonObject tree() {
      return JsonObject.of(
          "name", name,
          "type", type,
          "format", format,
          "description", description,
          "priority", (long) priority);
    }
  }

  /** Fills the cells of one object. */
  @FunctionalInterface
  public interface Printer {
    void print(JsonObject object, Row row);
  }

  /** The cells of one row as they are filled, and the time that ages count to. */
  public static final class Row {
    private final Instant now;
    private final JsonArray cells = new JsonArray(8);

    Row(Instant now) {
      this.now = now;
    }

    /** Adds a cell: text, a whole number, a truth value. */
    Row add(@Nullable Object cell) {
      cells.append(cell);
      return this;
    }

    /** Adds text, or {@code <none>} where there is none. */
    Row orNone(@Nullable String text) {
      return add(text == null || text.isEmpty() ? "<none>" : text);
    }

    /** Adds the object's name. */
    Row name(JsonObject object) {
      return add(object.objectAt("metadata") == null ? "" : object.stringAt("metadata", "name"));
    }

    /** Adds how long ago the object was made. */
    Row age(JsonObject object) {
      return add(HumanDuration.since(object.stringAt("metadata", "creationTimestamp"), now));
    }

    /** Adds how long ago a time was. */
    Row since(@Nullable String time) {
      return add(HumanDuration.since(time, now));
    }

    Instant now() {
      return now;
    }
  }

  private static final String NAME =
      "Name must be unique within a namespace. Is required when creating resources, although some"
          + " resources may allow a client to request the generation of an appropriate name"
          + " automatically.";
  private static final String AGE =
      "CreationTimestamp is a timestamp representing the server time when this object was created.";

  /**
   * A layout from words: a column's name, with {@code #} before the name of an integer column and
   * {@code -} before one that only wide output has.
   */
  static TableLayout of(Printer printer, String... names) {
    List<Column> columns = new ArrayList<>();
    for (String word : names) {
      boolean wide = word.startsWith("-");
      boolean integer = word.startsWith("#");
      String name = wide || integer ? word.substring(1) : word;
      columns.add(
          new Column(
              name,
              integer ? "integer" : "string",
              name.equals("Name") && !wide ? "name" : "",
              description(name),
              wide ? 1 : 0));
    }
    return new TableLayout(List.copyOf(columns), printer);
  }

  private static String description(String name) {
    return switch (name) {
      case "Name" -> NAME;
      case "Age", "Created At" -> AGE;
      default -> name + " of the object, as its status or specification says.";
    };
  }

  /** The column definitions as a table's {@code columnDefinitions}. */
  public JsonArray columnDefinitions() {
    JsonArray out = new JsonArray(columns.size());
    columns.forEach(column -> out.append(column.tree()));
    return out;
  }

  /** The cells of an object's row. */
  public JsonArray cells(JsonObject object, Instant now) {
    Row row = new Row(now);
    printer.print(object, row);
    if (row.cells.size() != columns.size()) {
      throw new IllegalStateException(
          "a row of " + row.cells.size() + " cells in a table of " + columns.size() + " columns");
    }
    return row.cells;
  }
}
