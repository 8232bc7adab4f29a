package kontiki.pki.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Header fields in their order; names compare without case and are kept in lower case (as HTTP/2
 * sends them). Immutable.
 */
public final class Headers {
  private static final Headers EMPTY = new Headers(List.of());

  /** Name, value, name, value. */
  private final List<String> fields;

  private Headers(List<String> fields) {
    this.fields = fields;
  }

  public static Headers empty() {
    return EMPTY;
  }

  /**
   * @param namesAndValues name, value, name, value
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a header name without a value");
    }
    Builder builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The first value of the name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        return Optional.of(fields.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** Every value of the name. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        values.add(fields.get(i + 1));
      }
    }
    return values;
  }

  public boolean contains(String name) {
    return first(name).isPresent();
  }

  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < fields.size(); i += 2) {
      consumer.accept(fields.get(i), fields.get(i + 1));
    }
  }

  /** These and one more field. */
  public Headers with(String name, String value) {
    Builder builder = new Builder();
    builder.fields.addAll(fields);
    return builder.add(name, value).build();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** Collects fields; one thread. */
  public static final class Builder {
    private final List<String> fields = new ArrayList<>();

    private Builder() {}

    public Builder add(String name, String value) {
      if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
        throw new IllegalArgumentException("a line break in the header " + name);
      }
      fields.add(name.toLowerCase(Locale.ROOT));
      fields.add(value);
      return this;
    }

    public Headers build() {
      return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
    }
  }
}
