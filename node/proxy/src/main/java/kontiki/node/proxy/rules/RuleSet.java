package kontiki.node.proxy.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One nftables table as data: sets and maps by name, chains by name. It renders the text that
 * replaces a table, or the text that turns an earlier rule set into this one. Both are one
 * transaction to {@code nft -f}: they happen as a whole or not at all. Immutable.
 *
 * @param sets definitions of sets, without elements: the kernel fills them
 * @param maps verdict maps
 */
public record RuleSet(
    String family,
    String table,
    SortedMap<String, String> sets,
    SortedMap<String, VerdictMap> maps,
    SortedMap<String, Chain> chains) {

  /**
   * A map from keys to verdicts.
   *
   * @param elements verdicts by key, both as nftables writes them
   */
  public record VerdictMap(String definition, SortedMap<String, String> elements) {}

  /**
   * A chain.
   *
   * @param hook where the kernel calls it, such as {@code type nat hook output priority -100;};
   *     empty for a chain that others call
   */
  public record Chain(String hook, List<String> rules) {}

  /** The transaction that puts this table in the place of whatever has its name. */
  public String replacement() {
    StringBuilder text = new StringBuilder();
    String name = family + " " + table;
    text.append("add table ").append(name).append('\n');
    text.append("delete table ").append(name).append('\n');
    text.append("table ").append(name).append(" {\n");
    sets.forEach((set, definition) -> text.append(block("set " + set, List.of(definition))));
    maps.forEach((map, content) -> text.append(block("map " + map, lines(content))));
    chains.forEach((chain, content) -> text.append(block("chain " + chain, lines(content))));
    return text.append("}\n").toString();
  }

  private static List<String> lines(VerdictMap map) {
    List<String> lines = new ArrayList<>(List.of(map.definition()));
    if (!map.elements().isEmpty()) {
      List<String> elements = new ArrayList<>();
      map.elements().forEach((key, verdict) -> elements.add("    " + key + " : " + verdict));
      lines.add("elements = {\n" + String.join(",\n", elements) + "\n  }");
    }
    return lines;
  }

  private static List<String> lines(Chain chain) {
    List<String> lines = new ArrayList<>();
    if (!chain.hook().isEmpty()) {
      lines.add(chain.hook());
    }
    lines.addAll(chain.rules());
    return lines;
  }

  private static String block(String head, List<String> lines) {
    StringBuilder text = new StringBuilder(" ").append(head).append(" {\n");
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.append(" }\n").toString();
  }

  /**
   * The transaction that turns {@code earlier} into this rule set, empty if they are equal. What
   * does not change is not touched: sets keep what the kernel has learned.
   */
  public String changeFrom(RuleSet earlier) {
    if (!earlier.family.equals(family) || !earlier.table.equals(table)) {
      throw new IllegalArgumentException("another table: " + earlier.table);
    }
    Change change = new Change(family + " " + table + " ");
    sets.forEach((name, definition) -> change.set(name, definition, earlier.sets.get(name)));
    maps.keySet().stream()
        .filter(name -> !earlier.maps.containsKey(name))
        .forEach(name -> change.newMap(name, maps));
    chains.forEach((name, chain) -> change.declare(name, chain, earlier.chains.get(name)));
    chains.forEach((name, chain) -> change.fill(name, chain, earlier.chains.get(name)));
    maps.forEach((name, map) -> change.elements(name, map, earlier.maps.get(name)));
    earlier.maps.keySet().stream()
        .filter(name -> !maps.containsKey(name))
        .forEach(name -> change.add("delete map", name, ""));
    List<String> gone =
        earlier.chains.keySet().stream().filter(name -> !chains.containsKey(name)).toList();
    gone.forEach(name -> change.add("flush chain", name, ""));
    gone.forEach(name -> change.add("delete chain", name, ""));
    earlier.sets.keySet().stream()
        .filter(name -> !sets.containsKey(name))
        .forEach(name -> change.add("delete set", name, ""));
    return change.text.toString();
  }

  /** Gathers the lines of a change, in the order in which the kernel accepts them. */
  private record Change(String where, StringBuilder text) {
    Change(String where) {
      this(where, new StringBuilder());
    }

    void add(String verb, String name, String rest) {
      text.append(verb).append(' ').append(where).append(name).append(rest).append('\n');
    }

    void set(String name, String definition, @Nullable String before) {
      if (before == null) {
        add("add set", name, " { " + definition + " }");
      } else if (!before.equals(definition)) {
        throw new IllegalStateException("a set never changes its definition: " + name);
      }
    }

    void newMap(String name, SortedMap<String, VerdictMap> maps) {
      VerdictMap map = Objects.requireNonNull(maps.get(name));
      add("add map", name, " { " + map.definition() + " }");
    }

    void declare(String name, Chain chain, @Nullable Chain before) {
      if (before == null) {
        add("add chain", name, chain.hook().isEmpty() ? "" : " { " + chain.hook() + " }");
      }
    }

    void fill(String name, Chain chain, @Nullable Chain before) {
      if (before != null && before.rules().equals(chain.rules())) {
        return;
      }
      if (before != null) {
        add("flush chain", name, "");
      }
      chain.rules().forEach(rule -> add("add rule", name, " " + rule));
    }

    void elements(String name, VerdictMap map, @Nullable VerdictMap before) {
      SortedMap<String, String> old = before == null ? new TreeMap<>() : before.elements();
      old.forEach((key, verdict) -> {
        if (!verdict.equals(map.elements().get(key))) {
          add("delete element", name, " { " + key + " }");
        }
      });
      map.elements()
          .forEach((key, verdict) -> {
            if (!verdict.equals(old.get(key))) {
              add("add element", name, " { " + key + " : " + verdict + " }");
            }
          });
    }
  }
}
