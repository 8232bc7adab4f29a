package kontiki.orchestrator.api.schema;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object with known fields: a struct of the Kubernetes API. It is the one plan that reading,
 * writing, checking, merging and describing go by. Immutable once made; views over inlined structs
 * are made on first use by whatever thread comes first, all of which make the same.
 */
public final class StructType {
  private static final Field[] NONE = {};

  private final String home;
  private final String name;
  private final boolean typed;
  private final boolean atomic;
  private final Field[] fields;
  private final Field[] byNumber;
  private final Field[] ascending;
  private final Map<String, Field> own;
  private final boolean inlines;
  private volatile @Nullable Map<String, Field> flat;

  /**
   * @param home where the type is declared, as in {@code core/v1}
   * @param typed whether its objects carry kind and apiVersion
   * @param atomic whether server-side apply replaces it whole
   * @param fields in Go's order, each at its {@link Field#position}
   */
  public StructType(String home, String name, boolean typed, boolean atomic, List<Field> fields) {
    this.home = home;
    this.name = name;
    this.typed = typed;
    this.atomic = atomic;
    this.fields = fields.toArray(NONE);
    this.ascending = fields.toArray(NONE);
    java.util.Arrays.sort(ascending, (a, b) -> Integer.compare(a.number(), b.number()));
    int highest = ascending.length == 0 ? 0 : ascending[ascending.length - 1].number();
    this.byNumber = new Field[highest + 1];
    this.own = new HashMap<>(fields.size() * 2);
    boolean inlined = false;
    for (int i = 0; i < this.fields.length; i++) {
      Field field = this.fields[i];
      if (field.position() != i) {
        throw new IllegalArgumentException(name + "." + field.name() + " is out of place");
      }
      byNumber[field.number()] = field;
      inlined |= field.inline();
      if (!field.inline()) {
        own.put(field.name(), field);
      }
    }
    this.inlines = inlined;
  }

  /** Where it is declared: {@code core/v1}. */
  public String home() {
    return home;
  }

  /** Its Go name: {@code PodSpec}. */
  public String name() {
    return name;
  }

  public boolean typed() {
    return typed;
  }

  public boolean atomic() {
    return atomic;
  }

  public int size() {
    return fields.length;
  }

  /** The field at a position of Go's order. */
  public Field field(int position) {
    return fields[position];
  }

  /** The field at a position of the order of protobuf numbers. */
  public Field ascending(int position) {
    return ascending[position];
  }

  public @Nullable Field byNumber(int number) {
    return number < byNumber.length ? byNumber[number] : null;
  }

  /** Its own field of a name; those of inlined structs are not its own. */
  public @Nullable Field own(String name) {
    return own.get(name);
  }

  /** Whether a struct stands inlined in it. */
  public boolean inlines() {
    return inlines;
  }

  /** Its fields as JSON has them, those of inlined structs included, in Go's order. */
  public Map<String, Field> flat() {
    Map<String, Field> known = flat;
    if (known == null) {
      Map<String, Field> made = new LinkedHashMap<>();
      for (Field field : fields) {
        if (field.inline()) {
          made.putAll(field.schema().struct().flat());
        } else {
          made.put(field.name(), field);
        }
      }
      known = Collections.unmodifiableMap(made);
      flat = known;
    }
    return known;
  }

  /** The field of a JSON key, own or of an inlined struct. */
  public @Nullable Field find(String key) {
    Field field = own.get(key);
    return field != null || !inlines ? field : flat().get(key);
  }

  @Override
  public String toString() {
    return home + "." + name;
  }
}
