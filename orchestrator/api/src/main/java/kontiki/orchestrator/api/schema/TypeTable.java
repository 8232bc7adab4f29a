package kontiki.orchestrator.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kontiki.orchestrator.api.schema.Schema.Kind;
import org.jspecify.annotations.Nullable;

/** Reads one fact table: the types of a version of a group. The form stands at its head. */
final class TypeTable {
  private static final Map<Character, Schema> SCALARS =
      Map.ofEntries(
          Map.entry('s', Schema.scalar(Kind.STRING)),
          Map.entry('i', Schema.scalar(Kind.INT32)),
          Map.entry('l', Schema.scalar(Kind.INT64)),
          Map.entry('b', Schema.scalar(Kind.BOOLEAN)),
          Map.entry('d', Schema.scalar(Kind.DOUBLE)),
          Map.entry('y', Schema.scalar(Kind.BYTES)),
          Map.entry('T', Schema.scalar(Kind.TIME)),
          Map.entry('M', Schema.scalar(Kind.MICRO_TIME)),
          Map.entry('D', Schema.scalar(Kind.DURATION)),
          Map.entry('Q', Schema.scalar(Kind.QUANTITY)),
          Map.entry('N', Schema.scalar(Kind.INT_OR_STRING)),
          Map.entry('R', Schema.scalar(Kind.ANY)),
          Map.entry('E', Schema.scalar(Kind.STRINGS)));

  private final String home;
  private final Map<String, StructType> types = new LinkedHashMap<>();
  private final List<Field> fields = new ArrayList<>();
  private String @Nullable [] head;

  private TypeTable(String home) {
    this.home = home;
  }

  static Map<String, StructType> read(String home) {
    String name = home.replace('/', '_') + ".types";
    try (InputStream table = TypeTable.class.getResourceAsStream(name)) {
      if (table == null) {
        return Map.of();
      }
      TypeTable reading = new TypeTable(home);
      new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(reading::line);
      reading.finishType();
      return Collections.unmodifiableMap(reading.types);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(name, unreadable);
    }
  }

  private void line(String line) {
    if (line.startsWith("#")) {
      return;
    }
    if (line.startsWith("  ")) {
      field(line.substring(2).split(" ", 5));
    } else {
      finishType();
      head = line.split(" ");
    }
  }

  private void finishType() {
    String[] words = head;
    if (words != null) {
      List<String> marks = List.of(words).subList(1, words.length);
      types.put(
          words[0],
          new StructType(
              home, words[0], marks.contains("typed"), marks.contains("atomic"), fields));
    }
    fields.clear();
  }

  private void field(String[] cells) {
    String flags = cells[2];
    Schema schema = type(cells[3]);
    boolean inline = flags.indexOf('I') >= 0;
    fields.add(
        new Field(
            inline ? "" : cells[0].intern(),
            Integer.parseInt(cells[1]),
            fields.size(),
            cells.length > 4 ? schema.merging(merge(cells[4])) : schema,
            flags.indexOf('p') >= 0,
            flags.indexOf('a') >= 0,
            flags.indexOf('z') >= 0,
            inline));
  }

  private Schema type(String cell) {
    return switch (cell.charAt(0)) {
      case '[' -> Schema.list(type(cell.substring(1)));
      case '{' -> Schema.map(type(cell.substring(1)));
      case '#' -> reference(cell.substring(1));
      case 'B' -> Schema.schemaOr(Kind.SCHEMA_OR_BOOL, this::jsonSchema);
      case 'A' -> Schema.schemaOr(Kind.SCHEMA_OR_ARRAY, this::jsonSchema);
      case 'S' -> Schema.schemaOr(Kind.SCHEMA_OR_STRINGS, this::jsonSchema);
      default -> {
        Schema scalar = SCALARS.get(cell.charAt(0));
        if (scalar == null || cell.length() != 1) {
          throw new IllegalStateException(home + ": no such type: " + cell);
        }
        yield scalar;
      }
    };
  }

  private Schema reference(String name) {
    int dot = name.lastIndexOf('.');
    String elsewhere = dot < 0 ? home : name.substring(0, dot);
    String type = name.substring(dot + 1);
    return Schema.struct(() -> BuiltinSchemas.struct(elsewhere, type));
  }

  private StructType jsonSchema() {
    return BuiltinSchemas.struct(home, "JSONSchemaProps");
  }

  /**
   * {@code map=name|merge,retainKeys=name}, {@code atomic}, {@code set|merge}, {@code |replace}.
   */
  private static Merge merge(String cell) {
    int bar = cell.indexOf('|');
    String apply = bar < 0 ? cell : cell.substring(0, bar);
    String patch = bar < 0 ? "" : cell.substring(bar + 1);
    String keys = after(apply, '=');
    String strategies = before(patch, '=');
    String patchKey = after(patch, '=');
    return new Merge(
        switch (before(apply, '=')) {
          case "set" -> ListType.SET;
          case "map" -> ListType.MAP;
          case "atomic", "granular", "" -> ListType.ATOMIC;
          default -> throw new IllegalStateException("no such list type: " + cell);
        },
        keys.isEmpty() ? List.of() : List.of(keys.split(",")),
        apply.equals("atomic"),
        strategies.isEmpty() ? Set.of() : Set.of(strategies.split(",")),
        patchKey.isEmpty() ? null : patchKey);
  }

  private static String before(String text, char separator) {
    int at = text.indexOf(separator);
    return at < 0 ? text : text.substring(0, at);
  }

  private static String after(String text, char separator) {
    int at = text.indexOf(separator);
    return at < 0 ? "" : text.substring(at + 1);
  }
}
