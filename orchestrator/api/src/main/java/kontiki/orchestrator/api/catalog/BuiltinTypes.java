package kontiki.orchestrator.api.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the table of built-in resources, {@code resources.tsv} beside this class. */
final class BuiltinTypes {
  private static final String STANDARD =
      "create delete deletecollection get list patch update watch";
  private static final String OBJECT_PART = "get patch update";

  private BuiltinTypes() {}

  static List<ResourceType> read() {
    List<ResourceType> types = new ArrayList<>();
    for (String line : lines()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        types.add(type(line.split("\t", -1)));
      }
    }
    return types;
  }

  private static List<String> lines() {
    try (InputStream table = BuiltinTypes.class.getResourceAsStream("resources.tsv")) {
      if (table == null) {
        throw new IllegalStateException("resources.tsv is missing from the artifact");
      }
      return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("resources.tsv", unreadable);
    }
  }

  /** Columns: group, version, plural, kind, scope, short names, categories, verbs, subresources. */
  private static ResourceType type(String[] cells) {
    if (cells.length != 9) {
      throw new IllegalStateException("resources.tsv: 9 cells are expected: " + cells[2]);
    }
    String kind = cells[3];
    List<Subresource> subresources = new ArrayList<>();
    for (String part : words(cells[8], ";")) {
      subresources.add(subresource(part.split("\\|", -1), cells[0], cells[1], kind));
    }
    return new ResourceType(
        cells[0],
        cells[1],
        kind,
        cells[2],
        kind.toLowerCase(Locale.ROOT),
        words(cells[5], " "),
        cells[4].equals("namespaced"),
        words(cells[7].isEmpty() ? STANDARD : cells[7], " "),
        words(cells[6], " "),
        subresources,
        true);
  }

  /** {@code name}, or {@code name|verbs}, or {@code name|verbs|apiVersion|kind}. */
  private static Subresource subresource(
      String[] parts, String group, String version, String ownKind) {
    String verbs = parts.length > 1 && !parts[1].isEmpty() ? parts[1] : OBJECT_PART;
    GroupVersion home =
        parts.length > 3 ? GroupVersion.parse(parts[2]) : new GroupVersion(group, version);
    String kind = parts.length > 3 ? parts[3] : ownKind;
    return new Subresource(parts[0], home.group(), home.version(), kind, words(verbs, " "));
  }

  private static List<String> words(String cell, String separator) {
    return cell.isEmpty() ? List.of() : List.of(cell.split(separator));
  }
}
