package kontiki.orchestrator.api.table;

import java.util.HashMap;
import java.util.Map;

/** The layouts of the built-in kinds; a kind without one of its own shows name and age. */
public final class Tables {
  /** Name and age. */
  public static final TableLayout DEFAULT =
      TableLayout.of((object, row) -> row.name(object).age(object), "Name", "Age");

  private static final Map<String, TableLayout> LAYOUTS = layouts();

  private Tables() {}

  private static Map<String, TableLayout> layouts() {
    Map<String, TableLayout> all = new HashMap<>();
    PodTables.addTo(all);
    WorkloadTables.addTo(all);
    ServiceTables.addTo(all);
    CoreTables.addTo(all);
    StorageTables.addTo(all);
    AccessTables.addTo(all);
    PolicyTables.addTo(all);
    return Map.copyOf(all);
  }

  /**
   * The layout of a kind.
   *
   * @param group the API group; empty for the core group
   */
  public static TableLayout of(String group, String kind) {
    return LAYOUTS.getOrDefault(key(group, kind), DEFAULT);
  }

  static String key(String group, String kind) {
    return group.isEmpty() ? kind : kind + "." + group;
  }
}
