package kontiki.orchestrator.api.schema;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a value is merged.
 *
 * @param listType for server-side apply, of a list
 * @param listKeys the keys of a list of type map
 * @param atomic for server-side apply, of a struct or a map: replaced whole
 * @param patchStrategies for strategic merge patch: of {@code merge}, {@code replace}, {@code
 *     retainKeys}
 * @param patchKey the key by which strategic merge patch tells list items apart
 */
public record Merge(
    ListType listType,
    List<String> listKeys,
    boolean atomic,
    Set<String> patchStrategies,
    @Nullable String patchKey) {
  /** Lists are replaced whole, structs and maps are merged. */
  public static final Merge PLAIN = new Merge(ListType.ATOMIC, List.of(), false, Set.of(), null);

  /** Replaced whole, whatever it is. */
  public static final Merge WHOLE = new Merge(ListType.ATOMIC, List.of(), true, Set.of(), null);

  public Merge {
    listKeys = List.copyOf(listKeys);
    patchStrategies = Set.copyOf(patchStrategies);
  }

  public boolean patchMerges() {
    return patchStrategies.contains("merge");
  }

  public boolean patchRetainsKeys() {
    return patchStrategies.contains("retainKeys");
  }
}
